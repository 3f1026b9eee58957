"""The frame around every page: signing in, preferences, errors, and what all templates keep to."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from mdm.demo import accounts
from mdm.domains import DOMAINS
from mdm.models import Grant
from mdm.web import context, nav, states

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = (Path(settings.BASE_DIR) / "mdm/static/mdm/sprite.svg").read_text()
GLYPHS = set(re.findall(r'symbol id="([^"]+)"', SPRITE))


@pytest.fixture
def steward(db):
    return get_user_model().objects.create_user(
        "steward", password="a long passphrase", first_name="Stefan", last_name="Steward"
    )


@pytest.fixture
def demo(settings):
    settings.MDM_DEMO = True


def test_signing_in_leads_back_to_where_one_wanted_to_go(client, steward):
    answer = client.post(
        reverse("sign-in"),
        {"username": "steward", "password": "a long passphrase", "next": "/preferences/"},
    )

    assert (answer.status_code, answer["Location"]) == (302, "/preferences/")
    assert client.session.get_expire_at_browser_close()


def test_the_frame_names_the_roles_of_who_is_signed_in(client, steward, demo):
    client.force_login(steward)
    none_yet = client.get(reverse("styleguide"))
    for role in ("steward", "payment_approver"):
        Grant.objects.create(user=steward, role=role)
    Grant.objects.create(user=steward, role="steward", domain="project")

    page = client.get(reverse("styleguide")).content.decode()

    assert "no role yet" in none_yet.content.decode()
    assert '<span class="ts-hint">data steward, payment approver</span>' in page


def test_a_wrong_password_is_said_beside_the_form(client, steward):
    page = client.post(reverse("sign-in"), {"username": "steward", "password": "wrong"})

    assert "User name and password do not go together" in page.content.decode()


def test_the_accounts_of_a_demo_are_listed_only_in_a_demo(client, db, settings):
    listed = []
    for settings.MDM_DEMO in (True, False):
        page = client.get(reverse("sign-in")).content.decode()
        listed.append([a.name for a in accounts.ACCOUNTS if a.name in page])

    assert listed == [[a.name for a in accounts.ACCOUNTS], []]


def test_the_password_of_a_demo_opens_nothing_outside_one(client, db, settings):
    settings.MDM_DEMO = False
    get_user_model().objects.create_user("left", password=accounts.PASSWORD)

    client.post(reverse("sign-in"), {"username": "left", "password": accounts.PASSWORD})

    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post_and_says_so(client, steward):
    client.force_login(steward)

    page = client.post(reverse("sign-out"), follow=True)

    assert "You are signed out" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_theme_is_remembered_and_written_by_the_server(client, demo):
    answer = client.post(reverse("preferences"), {"theme": "dark", "next": "/styleguide/?x=1"})

    assert answer["Location"] == "/styleguide/?x=1"
    assert 'data-bs-theme="dark"' in client.get("/styleguide/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_preferences_never_lead_to_another_site(client, elsewhere):
    answer = client.post(reverse("preferences"), {"theme": "light", "next": elsewhere})

    assert answer["Location"] == "/"


def test_an_unknown_preference_is_not_stored(client):
    answer = client.post(reverse("preferences"), {"theme": "pink", "keys": "maybe"})

    assert answer.cookies == {}


@pytest.mark.parametrize("query", ["", "?empty=1", "?messages=1"])
def test_the_style_guide_shows_every_component(client, db, demo, query):
    page = client.get(f"/styleguide/{query}").content.decode()

    for kind in states.KINDS:
        assert f'<th scope="row">{kind}</th>' in page
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)


def test_the_style_guide_is_no_page_of_a_real_installation(client, settings):
    settings.MDM_DEMO = settings.DEBUG = False

    assert client.get("/styleguide/").status_code == 404


def test_an_unknown_address_has_a_page_that_helps(client, db):
    page = client.get("/no/such/page/")

    assert (page.status_code, "Nothing is here" in page.content.decode()) == (404, True)


def test_a_form_without_its_token_says_that_it_is_too_old(db):
    page = Client(enforce_csrf_checks=True).post(reverse("preferences"), {"theme": "dark"})

    assert (page.status_code, "too old to be sent" in page.content.decode()) == (403, True)


def test_without_npm_pages_stand_on_our_own_sheet(settings, tmp_path):
    settings.NODE_MODULES = tmp_path / "absent"

    assert context.sheets.__wrapped__() == (context.PLAIN, *context.OWN)


def test_an_entry_without_a_page_or_a_number_is_left_out(client, steward, monkeypatch):
    monkeypatch.setattr(nav, "COUNTS", {"home": "mdm.nothing.count"})

    entries = [e for s in nav.sections("/", steward) for e in s.entries]

    assert all(entry.url and entry.count == 0 for entry in entries)


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_simulators_are_in_the_navigation_of_a_demo_alone(settings, is_demo):
    settings.MDM_DEMO = is_demo

    labels = [e.label for s in nav.sections("/", None) for e in s.entries]

    assert ("Simulators" in labels) is is_demo


def test_every_glyph_is_in_the_sprite():
    drawn = {s.glyph for kind in states.KINDS.values() for s in kind.values()}
    drawn |= {domain.icon for domain in DOMAINS.values()}
    for template in TEMPLATES.rglob("*.html"):
        drawn |= set(re.findall(r'{% icon "([^"]+)"', template.read_text()))

    assert drawn - GLYPHS == set()


def test_no_template_has_inline_styles_or_outside_addresses():
    found = [
        template.name
        for template in TEMPLATES.rglob("*.html")
        if re.search(r"style=|https?://|<style|\son[a-z]+=[\"']", template.read_text())
    ]

    assert found == []


def test_every_component_says_what_it_takes():
    silent = [
        part.name
        for part in (TEMPLATES / "components").glob("*.html")
        if "{#" not in part.read_text().splitlines()[0]
    ]

    assert silent == []
