"""The workbook's own part: which sheets it has, and the list as a new one before them."""

from typing import NamedTuple

from openpyxl.utils import quote_sheetname

from pipeline.report.returns.grid import leave_unselected
from pipeline.report.returns.markup import (
    LINKS,
    TRANSITIONAL,
    Element,
    UnmarkableError,
    add,
    child,
    child_in_order,
    children,
    namespace,
    unset,
    write_text,
)
from pipeline.report.returns.package import Package
from pipeline.report.returns.styles import Styles

_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_SHEET_KINDS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")


class Tab(NamedTuple):
    """One sheet of the workbook: its name, its part, its kind (``worksheet``, ``chartsheet``, ...)."""

    name: str
    part: str
    kind: str
    hidden: bool


class Book:
    """A workbook in its package."""

    def __init__(self, package: Package) -> None:
        """Raise `UnmarkableError` for a package without a workbook, or with one that several people share."""
        found = [link.part for link in package.related("", "officeDocument") if link.part]
        if not found:
            raise UnmarkableError("returns.failed")
        self.package, self.part = package, found[0]
        if package.related(self.part, "revisionHeaders"):  # its history knows the sheets that there were
            raise UnmarkableError("returns.shared")
        self._root = package.look(self.part)
        self.links = LINKS[namespace(self._root)]
        self.tabs = self._tabs()
        self.styles = Styles(package, self.part, self.links)

    @classmethod
    def blank(cls) -> "Book":
        """A new workbook without a sheet."""
        package = Package()
        content = f'<workbook xmlns="{TRANSITIONAL}"><bookViews><workbookView/></bookViews><sheets/></workbook>'
        part = package.new_part("xl/workbook.xml", content.encode(), _BOOK)
        package.relate("", part, f"{LINKS[TRANSITIONAL]}/officeDocument")
        return cls(package)

    @property
    def suffix(self) -> str:
        """The ending that the file's name must have: Excel opens no other."""
        return ".xlsm" if self.part in self.package.of_type(_MACROS) else ".xlsx"

    def free_name(self, name: str) -> str:
        """A name that no sheet has, such as this one or this one with a number."""
        used = {tab.name.casefold() for tab in self.tabs}
        number, free = 2, name
        while free.casefold() in used:
            free, number = f"{name} {number}", number + 1
        return free

    def put_first(self, name: str, sheet: bytes, head: int, instead: str = "") -> None:
        """Add a sheet before all others and show it when the file is opened; its row ``head`` heads each page.

        It takes the place of the sheet ``instead``, where there is one.
        """
        for tab in self.tabs:
            if tab.part and _mentions(self.package.read(tab.part), "tabSelected"):
                leave_unselected(self.package.edit(tab.part))
        root = self.package.edit(self.part)
        old = next((tab.part for tab in self.tabs if instead and tab.name == instead), "")
        if old:
            self.package.rewrite(old, sheet)
            self._open_first(root)
            return
        folder = self.part.rpartition("/")[0]
        pattern = f"{folder}/worksheets/sheet{{}}.xml".lstrip("/")
        part = self.package.new_part(pattern, sheet, _SHEET)
        relationship = self.package.relate(self.part, part, f"{self.links}/worksheet")
        listed = child_in_order(root, "sheets", _ORDER)
        number = max((int(entry.get("sheetId", "0")) for entry in children(listed, "sheet")), default=0) + 1
        entry = add(listed, "sheet", name=name, sheetId=str(number))
        entry.set(f"{{{self.links}}}id", relationship)
        listed.insert(0, entry)
        self._shift_names(root, f"{quote_sheetname(name)}!${head}:${head}")
        self._open_first(root)

    @staticmethod
    def _open_first(root: Element) -> None:
        for view in children(child(root, "bookViews"), "workbookView"):
            unset(view, "activeTab", "firstSheet")

    def unsign(self) -> bool:
        """Take out digital signatures, which a changed copy does not bear; whether there were some."""
        origins = self.package.related("", "origin")
        for origin in origins:
            for link in [link for link in self.package.related(origin.part) if link.part] if origin.part else []:
                self.package.remove(link.part)
            if origin.part:
                self.package.remove(origin.part)
            self.package.unrelate("", origin.id)
        return bool(origins)

    def _tabs(self) -> list[Tab]:
        links = {link.id: link for link in self.package.related(self.part, *_SHEET_KINDS)}
        tabs = []
        for sheet in children(child(self._root, "sheets"), "sheet"):
            link = links.get(sheet.get(f"{{{self.links}}}id", ""))
            hidden = sheet.get("state", "visible") != "visible"
            tabs.append(Tab(sheet.get("name", ""), link.part if link else "", link.kind if link else "", hidden))
        return tabs

    def _shift_names(self, root: Element, printed: str) -> None:
        """Names that belong to a sheet say which by its place, which is one further now."""
        names = child_in_order(root, "definedNames", _ORDER)
        for name in children(names, "definedName"):
            if name.get("localSheetId"):
                name.set("localSheetId", str(int(name.get("localSheetId", "0")) + 1))
        titles = add(names, "definedName", name="_xlnm.Print_Titles", localSheetId="0")
        write_text(titles, printed)
        names.insert(0, titles)


def _mentions(part: bytes, word: str) -> bool:
    return any(word.encode(encoding) in part for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
