"""The two ribbon parts, made from the ribbon's list: one for Excel 2010 and later, one for Excel 2007.

The parts differ in their namespace only. Where the add-in is loaded, its tab serves every workbook and the
tab of a workbook hides itself (`modRibbon.TabShows`), so that the tab never appears twice.
"""

from __future__ import annotations

from lxml import etree

from sop_xl.template.ribbon_model import GROUPS, TAB_KEYTIP, TAB_LABEL, Command, Group
from sop_xl.template.vba_modules import ADDIN_CALLBACK, BOOK_CALLBACK

SINCE_2010 = "http://schemas.microsoft.com/office/2009/07/customui"
SINCE_2007 = "http://schemas.microsoft.com/office/2006/01/customui"
MODULE = "modRibbon"
"""The VBA module of the callbacks."""
MENU_ICON = "TableInsert"
"""The icon of each menu of more sheets."""
TIP_LIMIT = 1023
"""Characters Excel takes of a tip."""

ICONS = frozenset(
    {
        "AccountingFormat",
        "AutoSum",
        "CalculateNow",
        "Calculator",
        "ChartTypeAreaInsertGallery",
        "ChartTypeBarInsertGallery",
        "ChartTypeColumnInsertGallery",
        "ChartTypeLineInsertGallery",
        "ConditionalFormattingDataBarsGallery",
        "DataValidation",
        "ErrorChecking",
        "FileMarkAsFinal",
        "FilePrintPreview",
        "FileProperties",
        "FileSave",
        "GoTo",
        "Help",
        "Info",
        "Lock",
        "MacroPlay",
        "Paste",
        "ReviewAcceptChange",
        "ReviewHighlightChanges",
        "ReviewNextComment",
        "ReviewPreviousComment",
        "ReviewShowAllComments",
        "SheetProtect",
        "TableInsert",
        "Undo",
        "ViewNormalViewExcel",
    }
)
"""Icons of Office that may be used: an unknown one shows as an empty button, and no tool says so.

Source:
    Microsoft, [MS-CUSTOMUI], imageMso table; the galleries and ErrorChecking are Excel's own
    commands. FileMarkAsFinal and SheetProtect are shown and pressed by several published add-ins too
    (`OfficeImageId`, `GetImageMso`, `ExecuteMso`).
"""


def ribbon_parts(*, addin: bool) -> dict[str, bytes]:
    """Return both ribbon parts by part name."""
    return {
        "customUI/customUI14.xml": ribbon_xml(SINCE_2010, addin=addin),
        "customUI/customUI.xml": ribbon_xml(SINCE_2007, addin=addin),
    }


def ribbon_xml(namespace: str, *, addin: bool) -> bytes:
    """Return a ribbon part.

    A label's single ampersand would mark an access key; doubled it shows as one.

    Args:
        namespace: `SINCE_2010` or `SINCE_2007`.
        addin: whether it is the add-in's; its callbacks then have names of their own.
    """
    prefix = f"{MODULE}.{ADDIN_CALLBACK if addin else BOOK_CALLBACK}"
    root = etree.fromstring(f'<customUI xmlns="{namespace}" onLoad="{prefix}Loaded"/>'.encode())
    ribbon = _add(root, "ribbon", startFromScratch="false")
    tab = _add(
        _add(ribbon, "tabs"),
        "tab",
        id="sopAddinTab" if addin else "sopTab",
        label=TAB_LABEL.replace("&", "&&"),
        keytip=TAB_KEYTIP,
        getVisible=f"{prefix}Visible",
    )
    for group in GROUPS:
        _group(tab, group, prefix)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True, pretty_print=True)


def _group(tab: etree._Element, group: Group, prefix: str) -> None:
    element = _add(tab, "group", id=group.id, label=group.label)
    for command in group.buttons:
        _button(element, command, prefix, size="large" if command.large else "normal")
    if group.more:
        menu = _add(
            element,
            "menu",
            id=f"{group.id}More",
            label=group.menu,
            imageMso=MENU_ICON,
            keytip=group.keytip,
            screentip=f"{group.menu}: {group.label}",
            supertip=", ".join(command.label for command in group.more),
        )
        for command in group.more:
            _button(menu, command, prefix)


def _button(parent: etree._Element, command: Command, prefix: str, **more: str) -> None:
    _add(
        parent,
        "button",
        id=command.id,
        label=command.label,
        **more,
        imageMso=command.image,
        tag=command.action,
        keytip=command.keytip,
        screentip=command.label,
        supertip=super_tip(command),
        onAction=f"{prefix}Run",
        getEnabled=f"{prefix}Enabled",
    )


def super_tip(command: Command) -> str:
    """Return what the tip under a command's name says."""
    lines = [
        f"Reads: {command.reads}",
        f"Writes: {command.writes}",
        f"Undo: {command.undo}",
        f"Takes: {command.takes}",
    ]
    if command.rule.words:
        lines.append(f"When grey: {command.rule.words}")
    return "\n".join(lines)


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)
