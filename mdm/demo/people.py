"""The people of the demo: their accounts, and what each may do."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from mdm.demo.accounts import ACCOUNTS, PASSWORD
from mdm.models import Grant

Role = Grant.Role
ROLES: dict[str, tuple[str, ...]] = {
    "requester": (Role.REQUESTER,),
    "steward": (Role.STEWARD,),
    "approver_a": (Role.APPROVER, Role.PAYMENT_APPROVER),
    "approver_b": (Role.APPROVER, Role.PAYMENT_APPROVER),
    "integrator": (Role.INTEGRATOR,),
    "auditor": (Role.AUDITOR,),
    "administrator": (Role.ADMINISTRATOR,),
}
People = dict[str, Any]


def make() -> People:
    """Every demo account with its grants, by user name."""
    model = get_user_model()
    password = make_password(PASSWORD)
    people: People = {}
    for account in ACCOUNTS:
        first, _, last = account.name.partition(" ")
        people[account.username] = model.objects.create(
            username=account.username,
            first_name=first,
            last_name=last,
            email=f"{account.username}@touchstone.example",
            password=password,
            is_staff=account.username == "administrator",
        )
        Grant.objects.bulk_create(
            Grant(user=people[account.username], role=role) for role in ROLES[account.username]
        )
    return people
