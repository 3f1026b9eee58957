"""The addresses of the inbox and of changes."""

from django.urls import path, re_path

from mdm.web import decisions
from mdm.web.change_page import TABS, change, change_preview
from mdm.web.changes import change_list
from mdm.web.inbox import inbox, inbox_preview

ONE = r"^changes/(?P<number>[A-Z]+-[0-9]+)/"

urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("inbox/preview/", inbox_preview, name="inbox-preview"),
    path("changes/", change_list, name="change-list"),
    re_path(rf"{ONE}$", change, name="change"),
    re_path(rf"{ONE}(?P<tab>{'|'.join(TABS[1:])})/$", change, name="change-tab"),
    re_path(rf"{ONE}preview/$", change_preview, name="change-preview"),
    re_path(
        rf"{ONE}(?P<verdict>approve|reject|ask)/$", decisions.change_decide, name="change-decide"
    ),
    re_path(rf"{ONE}comment/$", decisions.change_comment, name="change-comment"),
    re_path(rf"{ONE}submit/$", decisions.change_submit, name="change-submit"),
    re_path(rf"{ONE}rework/$", decisions.change_rework, name="change-rework"),
    re_path(rf"{ONE}withdraw/$", decisions.change_withdraw, name="change-withdraw"),
    re_path(rf"{ONE}rebase/$", decisions.change_rebase, name="change-rebase"),
    re_path(rf"{ONE}take-up/$", decisions.change_take_up, name="change-take-up"),
    re_path(rf"{ONE}reveal/$", decisions.change_reveal, name="change-reveal"),
]
