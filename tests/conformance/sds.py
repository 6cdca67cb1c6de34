"""School Data Sync as a client: its token, its headers, its collections in their order."""

import base64
from typing import Final

from tests.conformance.deployment import Client
from tests.conformance.wire import Answer, Object, exchange, get

COLLECTIONS: Final = (
    "academicSessions",
    "orgs",
    "users",
    "classes",
    "enrollments",
    "courses",
    "demographics",
)
MOST_SECONDS: Final = 30
"""For a page, as Microsoft's acceptance test measures it."""


class Sds:
    """A profile of SDS: one token, and the targets as the collection writes them."""

    def __init__(self, client: Client) -> None:
        self._host = client.host
        pair = f"{client.client_id}:{client.client_secret}".encode()
        answer = exchange(
            "POST",
            client.token_url,
            {
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            "grant_type=client_credentials",
        )
        assert answer.status == 200, answer.body
        self.token = answer.document()

    def get(self, target: str) -> Answer:
        """A target below the base, or an absolute address that the service gave."""
        url = target if "://" in target else f"{self._host}/ims/oneroster/v1p1/{target}"
        answer = get(
            url,
            {
                "Authorization": f"Bearer {self.token['access_token']}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate, br",
                "User-Agent": "PostmanRuntime/7.37.0",
            },
        )
        assert answer.seconds < MOST_SECONDS
        return answer

    def full(self, collection: str) -> list[Object]:
        answer = self.get(f"{collection}?offset=0&limit=5000&filter=status='active'")
        items = answer.items(collection)
        assert answer.total == len(items)
        return items
