"""Files of a tenant's accounts as they really come, and every fault that one may have."""

import csv
import io
from collections.abc import Mapping

import pytest

from services.username_engine.usernames.account_faults import AccountFileRefusedError
from services.username_engine.usernames.account_file import AccountFile, read_accounts

ENTRA = (
    "userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,"
    "accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,"
    "telephoneNumber,mobilePhone,alternateEmailAddress,ageGroup,consentProvidedForMinor,"
    "legalAgeGroupClassification,companyName,creationType,directorySynced,invitationState,"
    "identityIssuer,createdDateTime"
)
"""What "Download users" of the Entra admin centre has."""
MICROSOFT_365 = (
    "Block credential,City,Country/Region,Department,DirSyncEnabled,Display name,Fax,First name,"
    "Last dirsync time,Last name,Last password change time stamp,Licenses,Mobile Phone,"
    "Oath token metadata,Object Id,Office,Password never expires,Phone number,Postal code,"
    "Preferred data location,Preferred language,Proxy addresses,Release track,"
    "Soft deletion time stamp,State,Street address,Strong password required,Title,Usage location,"
    "User principal name,When created"
)
"""What "Export users" of the Microsoft 365 admin centre has."""


def exported(header: str, *users: Mapping[str, str], delimiter: str = ",") -> str:
    text = io.StringIO()
    columns = header.split(",")
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(users)
    return text.getvalue()


def read(text: str) -> AccountFile:
    return read_accounts(text.encode("utf-8-sig"))


def test_the_export_of_the_entra_admin_centre() -> None:
    file = read(
        exported(
            ENTRA,
            {
                "userPrincipalName": "Zoe.Peters@College.be",
                "displayName": "Peters Zoë (6A)",
                "givenName": "Zoë",
                "surname": "Peters",
                "department": "6A",
                "streetAddress": "Kerkstraat 1\nbus 2",
            },
            {"userPrincipalName": "jan_gmail.com#EXT#@college.onmicrosoft.com"},
        )
    )
    zoe, guest = file.accounts
    assert zoe.user_principal_name == "zoe.peters@college.be"
    assert (zoe.local_part, zoe.given_name, zoe.surname) == ("Zoe.Peters", "Zoë", "Peters")
    assert "6a" in zoe.hints
    assert guest.domain == "college.onmicrosoft.com"


def test_the_export_of_the_microsoft_365_admin_centre_without_the_deleted() -> None:
    jan = {"User principal name": "jan@a.be", "First name": "Jan", "Last name": "Peters"}
    deleted = {**jan, "Soft deletion time stamp": "2024-06-30 10:00:00Z"}
    file = read(exported(MICROSOFT_365, jan, deleted))
    assert [account.user_principal_name for account in file.accounts] == ["jan@a.be"]
    assert file.accounts[0].surname == "Peters"
    assert file.deleted == 1


def test_a_deleted_user_of_entra_whose_object_id_stands_before_the_name_is_left_out() -> None:
    gone = "0f8fad5bd9cb469fa16570867728950ejan.peters@a.be"
    file = read(f"userPrincipalName\n{gone}\nmia@a.be\n")
    assert [account.local_part for account in file.accounts] == ["mia"]
    assert file.deleted == 1


@pytest.mark.parametrize(
    "content",
    [
        '#TYPE Microsoft.Graph.User\r\n"UserPrincipalName","Surname"\r\n"j@a.be","Lefèvre"\r\n',
        "sep=;\r\nuserPrincipalName;surname\r\nj@a.be;Lefèvre\r\n",
        '"sep=;"\r\nuserPrincipalName;surname\r\nj@a.be;Lefèvre\r\n',
        "\r\nuserPrincipalName\tAchternaam\r\nj@a.be\tLefèvre\r\n",
        'surname,userPrincipalName\r\n"Lefèvre",j@a.be',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_file_that_powershell_or_excel_wrote(content: str, encoding: str) -> None:
    (account,) = read_accounts(content.encode(encoding)).accounts
    assert (account.user_principal_name, account.surname) == ("j@a.be", "Lefèvre")


def test_a_line_of_the_file_is_named_also_behind_what_excel_writes_first() -> None:
    with pytest.raises(AccountFileRefusedError) as refused:
        read("sep=;\r\nuserPrincipalName;surname\r\nj@a.be;x\r\nj;x\r\n")
    assert [str(fault) for fault in refused.value.faults] == [
        "line 4, column userPrincipalName: is not name@domain"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "displayName;userPrincipalName;surname;Given name;id\nx;jan.peters@a.be;Peters;Jan;7\n",
        '\ufeffuserPrincipalName,givenName,surname\r\n"jan.peters@A.be","Jan","Peters"\r\n\r\n',
        "User principal name,First name,Last name\njan.peters@a.be, Jan ,Peters",
    ],
)
def test_a_file_is_read_whatever_its_order_separator_and_marks(text: str) -> None:
    (account,) = read_accounts(text.encode()).accounts
    assert account.user_principal_name == "jan.peters@a.be"
    assert (account.local_part, account.given_name, account.surname) == (
        "jan.peters",
        "Jan",
        "Peters",
    )


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", ["the file has no accounts"]),
        (b"userPrincipalName\n", ["the file has no accounts"]),
        (
            b"displayName,id\nJan Peters,1\n",
            ["line 1, column userPrincipalName: is missing in the header"],
        ),
        (
            b"userPrincipalName,surname,Surname\nj@a.be,P,P\n",
            ["line 1, column surname: is in the header twice"],
        ),
        (
            b'userPrincipalName,displayName\njan.peters,"Jan\nPeters"\nj@a.be\nJ@a.be,x\nj@A.be,y\n',
            [
                "line 2, column userPrincipalName: is not name@domain",
                "line 4: has 1 values, the header has 2",
                "line 6, column userPrincipalName: stands on line 5 already",
            ],
        ),
        (b"userPrincipalName,surname\nj@a.be,P\x81\n", ["line 2: is not UTF-8"]),
        (b"\xff\xfeu", ["line 1: is not UTF-16"]),
        (
            "userPrincipalName\nj@a.be\n".encode("utf-16-le"),
            ["line 1: holds a NUL character: save the file as UTF-8"],
        ),
        (b'userPrincipalName\n"j@a.be\n', ["line 2: is not CSV: unexpected end of data"]),
    ],
)
def test_every_fault_of_a_file_is_named_without_what_is_personal(
    content: bytes, faults: list[str]
) -> None:
    with pytest.raises(AccountFileRefusedError) as refused:
        read_accounts(content)
    assert list(map(str, refused.value.faults)) == faults
