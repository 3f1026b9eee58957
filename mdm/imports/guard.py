"""Looks at a workbook's zip directory before anything in it is unpacked.

A workbook is a zip archive of XML parts. Its directory says how many parts there are and how large
each becomes; zipfile never unpacks more than the directory said. So the directory is enough to
refuse a bomb: by its size, the number of parts, their sum, each part's size and ratio.
"""

import io
import struct
import zipfile

from mdm.imports.table import MB, Limits, Unreadable

_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR = b"PK\x06\x07"
_LONGEST_COMMENT = 65_535
_SMALLEST_ENTRY = 46
_SMALL_PART = MB  # a part that stays this small may be as dense as it likes
_HELD_WHOLE = ("sharedstrings", "styles", "workbook.xml", "rels", "[content_types]", "theme")


def look_at(content: bytes, limits: Limits) -> None:
    """Raise `Unreadable` unless the bytes are a harmless workbook."""
    _look_at_directory(content, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise Unreadable("The workbook is damaged. Open it in Excel and save it again.") from error
    parts = archive.infolist()
    _look_at_parts(parts, limits)
    _look_at_kind(parts, archive)


def _look_at_directory(content: bytes, limits: Limits) -> None:
    """Its size bounds what reading it costs: its counters may lie, its size may not."""
    tail = content[-(_END_SIZE + _LONGEST_COMMENT) :]
    at = len(tail) - _END_SIZE if tail[-_END_SIZE:-18] == _END else tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Unreadable("The workbook is cut off. Transfer or save it again.")
    entries, size = struct.unpack("<HL", tail[at + 10 : at + 16])
    if tail[max(at - 20, 0) : at].startswith(_LOCATOR):
        raise Unreadable("The workbook is packed in an unusual way. Save it again with Excel.")
    most = limits.zip_entries
    if entries > most or size > most * (_SMALLEST_ENTRY + 1024):
        raise Unreadable(f"The workbook has more than {most} parts. Save only the sheet, as CSV.")


def _look_at_parts(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.zip_entries:
        raise Unreadable(f"The workbook has more than {limits.zip_entries} parts.")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The workbook has a password. Save it without one.")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise Unreadable("The workbook holds a part twice. Save it again with Excel.")
    total = sum(part.file_size for part in parts)
    if total > limits.zip_bytes:
        raise Unreadable(
            f"Unpacked, the workbook would have {total / MB:,.0f} MB; at most "
            f"{limits.zip_bytes / MB:,.0f} MB are read. Save only the sheet, as CSV."
        )
    for part in parts:
        name = part.filename.casefold()
        dense = (
            part.file_size > _SMALL_PART and part.file_size > part.compress_size * limits.zip_ratio
        )
        held = any(word in name for word in _HELD_WHOLE) and part.file_size > limits.zip_part_bytes
        if dense or held:
            raise Unreadable(
                f"The part {part.filename} of the workbook unpacks to "
                f"{part.file_size / MB:,.0f} MB from {part.compress_size / MB:,.2f}; "
                "that looks like a bomb. Save only the sheet, as CSV."
            )


def _look_at_kind(parts: list[zipfile.ZipInfo], archive: zipfile.ZipFile) -> None:
    names = {part.filename.casefold() for part in parts}
    if "[content_types].xml" not in names or not any(n.endswith("workbook.xml") for n in names):
        raise Unreadable("The file is named .xlsx, but it is another kind of zip archive.")
    types = next(p for p in parts if p.filename.casefold() == "[content_types].xml")
    try:
        said = archive.read(types)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("The workbook is damaged. Open it in Excel and save it again.") from error
    if any("vbaproject" in name for name in names) or b"macroEnabled" in said:
        raise Unreadable("The workbook holds macros. Save it as .xlsx without them, or as CSV.")
