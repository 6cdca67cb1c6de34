from datetime import date

import pytest

from demo import Demo, write_demo

SCHOOL_YEAR = "2026-27"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return write_demo(tmp_path_factory.mktemp("demo"), school_year=SCHOOL_YEAR, today=TODAY)
