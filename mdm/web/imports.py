"""Files that come in: the list of runs, the upload, and a run from its file to its change."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import ledger, permissions
from mdm.domains import DOMAINS, get_domain
from mdm.errors import MdmError, NotFound
from mdm.imports import read
from mdm.imports import run as running
from mdm.imports.table import MB
from mdm.models import ImportRun, System
from mdm.web import import_columns as columns
from mdm.web import import_steps as steps
from mdm.web.forms import DressedForm
from mdm.web.page import page

State = ImportRun.State
PER_PAGE = 25
BULKY = ("content", "result", "preview")


class UploadForm(DressedForm):
    """A file, whose it is, and what it holds."""

    system = forms.ModelChoiceField(
        label="From which system",
        queryset=System.objects.none(),
        to_field_name="code",
        empty_label="Choose a system",
    )
    domain = forms.ChoiceField(label="What it holds")
    encoding = forms.ChoiceField(
        label="Encoding of a CSV file", choices=list(read.ENCODINGS.items()), required=False
    )
    sheet = forms.CharField(
        label="Sheet of a workbook",
        required=False,
        max_length=60,
        help_text="Empty takes the first that is shown.",
    )
    file = forms.FileField(label="File", widget=forms.FileInput, allow_empty_file=True)

    def __init__(self, *args: Any, domains: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        system, domain = self.fields["system"], self.fields["domain"]
        if isinstance(system, forms.ModelChoiceField):
            system.queryset = System.objects.filter(status="active").order_by("name")
        if isinstance(domain, forms.ChoiceField):
            domain.choices = [(code, DOMAINS[code].plural) for code in domains]

    def clean_file(self) -> UploadedFile:
        """What is too large is refused before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        most = running.limits().file_bytes
        if file.size is not None and file.size > most:
            raise forms.ValidationError(
                f"The file has {file.size / MB:,.0f} MB; at most {most / MB:,.0f} MB are read. "
                "Split it into several files."
            )
        return file


def importable(user: Any) -> list[str]:
    """The domains whose files the person may import."""
    return [code for code in DOMAINS if permissions.may(user, "import", code)]


def visible(user: Any) -> QuerySet[ImportRun]:
    """The runs the person may see: their own; everybody's where no company code limits them."""
    allowed = Q(pk=None)
    for domain in importable(user):
        allowed |= Q(domain=domain) if _is_unlimited(user, domain) else Q(pk=None)
        allowed |= Q(domain=domain, created_by_id=user.pk)
    return ImportRun.objects.filter(allowed).select_related("system", "created_by", "change")


def _is_unlimited(user: Any, domain: str) -> bool:
    if getattr(user, "is_superuser", False):
        return True
    roles = permissions.ACTIONS["import"]
    return any(
        role in roles and granted in ("", domain) and not company
        for role, granted, company in permissions.grants(user)
    )


def found(user: Any, pk: UUID) -> ImportRun:
    """A run the person may see. Raises `NotFound`, `NotAllowed` for who may import nothing."""
    if not importable(user):
        permissions.require(user, "import")
    run = visible(user).filter(pk=pk).defer("content", "result").first()
    if run is None:
        raise NotFound("There is no such import, or none that you may see.")
    return run


@page
def import_list(request: HttpRequest) -> HttpResponse:
    """Every run the person may see, the newest first."""
    if not importable(request.user):
        permissions.require(request.user, "import")
    rows = visible(request.user).defer(*BULKY)
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": [
            {
                "run": run,
                "url": reverse("import-run", args=[run.pk]),
                "domain": get_domain(run.domain).plural,
                "said": steps.counted(run),
            }
            for run in shown
        ],
        "state": state,
        "states": State.choices,
    }
    return render(request, "mdm/import_list.html", context)


@page
def import_new(request: HttpRequest) -> HttpResponse:
    """Take a file in. What cannot be read is refused with what was found and what to do."""
    domains = importable(request.user)
    if not domains:
        permissions.require(request.user, "import")
    asked, suggested = request.GET.get("domain", ""), ""
    form = UploadForm(
        request.POST or None, request.FILES or None, domains=domains, initial={"domain": asked}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        file: UploadedFile = said["file"]
        try:
            run = running.upload(
                said["system"],
                said["domain"],
                file.name or "",
                file.read(),
                by=request.user,
                encoding=said["encoding"],
                sheet=said["sheet"],
            )
        except MdmError as error:
            form.add_error("file", str(error))
            suggested = getattr(error, "encoding", "")
        else:
            return redirect("import-run", pk=run.pk)
    if suggested:
        sent = request.POST.copy()
        sent["encoding"] = suggested
        form.data = sent
    most = running.limits()
    context = {
        "form": form,
        "suggested": read.ENCODINGS.get(suggested, ""),
        "file_error": form.errors.get("file", [""])[0],
        "help": f"CSV or XLSX, up to {most.file_bytes // MB} MB and {most.rows:,} rows",
        "steps": steps.STEPS,
        "crumbs": [("Imports", reverse("import-list"))],
    }
    return render(request, "mdm/import_new.html", context, status=400 if form.errors else 200)


@page
def import_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A run at the step it has come to, or at an earlier one that is asked for."""
    run = found(request.user, pk)
    step = steps.step_of(run, request.GET.get("step", ""))
    context = steps.frame(run, step)
    match step:
        case "map":
            context |= columns.mapping(run)
        case "check":
            context |= steps.checking(run)
        case "preview":
            context |= steps.previewing(run, request.GET)
        case "run":
            context |= steps.ended(run)
    return render(request, f"mdm/import_{step}.html", context)


@require_POST
@page
def import_map(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what every column means, and look at what the file would do."""
    run = found(request.user, pk)
    said, written = columns.said_of_columns(run, request.POST)
    try:
        run = running.map_columns(run, said, by=request.user)
        run = running.preview_run(run)
    except MdmError as error:
        context = steps.frame(run, "map") | columns.mapping(run, said=written, refused=error)
        return render(request, "mdm/import_map.html", context, status=400)
    return redirect("import-run", pk=run.pk)


@require_POST
@page
def import_repair(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take another value for one that was found, in all its rows."""
    run = found(request.user, pk)
    column, value = request.POST.get("column", ""), request.POST.get("found", "")
    instead = request.POST.get("instead", "")[:400]
    try:
        if column not in run.preview.get("headers", ()):
            raise NotFound(f"The file has no column {column[:40]!r}.")
        run = running.repair(run, column, value, instead, by=request.user)
    except MdmError as error:
        messages.error(request, str(error))
    else:
        shown = f"“{instead}”" if instead else "nothing"
        messages.success(request, f"{column}: {shown} is taken instead of “{value[:60]}”.")
    return redirect(f"{reverse('import-run', args=[run.pk])}?step=check")


@require_POST
@page
def import_start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Run it: the rows land, and one change is filed."""
    run = found(request.user, pk)
    is_submitted = request.POST.get("as") != "draft"
    try:
        running.start(run, by=request.user, is_submitted=is_submitted)
    except MdmError as error:
        messages.error(request, str(error))
    return redirect("import-run", pk=run.pk)


@require_POST
@page
def import_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a file up before it is run."""
    run = found(request.user, pk)
    try:
        running.cancel(run, by=request.user)
    except MdmError as error:
        messages.error(request, str(error))
        return redirect("import-run", pk=run.pk)
    messages.success(request, f"{run.file_name} is given up; nothing of it was written.")
    return redirect("import-list")


@page
def import_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a run is, as a part that asks again; the page is loaded anew once it has ended."""
    run = found(request.user, pk)
    if request.headers.get("HX-Request") != "true":
        return redirect("import-run", pk=run.pk)
    response = render(request, "components/progress.html", steps.progress(run))
    if run.state != State.RUNNING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@page
def import_file(request: HttpRequest, pk: UUID, which: str) -> HttpResponse:
    """What became of each row, or the refused rows to be mended, as CSV."""
    found(request.user, pk)
    run = visible(request.user).get(pk=pk)  # with its content
    if which == "refused":
        content = running.refused_file(run) if run.content and run.columns else b""
    else:
        content = running.result_file(run)
    if not content:
        raise NotFound("There is no such file of this import.")
    ledger.append(
        "export",
        person=request.user.get_username(),
        subject=f"{which} rows of {run.file_name}",
        import_run=str(run.pk),
    )
    stem = run.file_name.rpartition(".")[0].replace('"', "") or "import"
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{which}-{_plain(stem)}.csv"'
    return response


def _plain(text: str) -> str:
    """A file's name in letters that every header takes."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in text)[:80]
