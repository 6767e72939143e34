"""The tab S&OP as data: its groups and commands, in the order of the month.

Ribbon parts, VBA and the actions of Python are made from this list or tested against it; a new command is
one entry here and one action of the same name in `entrypoints/ribbon.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

TAB_LABEL = "S&OP"
TAB_KEYTIP = "Y"


@dataclass(frozen=True)
class Rule:
    """When a command can be used, as the workbook itself tells.

    Attributes:
        name: a defined name whose cell holds neither 0 nor nothing once the command can be used. A blank
            name asks for a planning workbook only.
        words: the reason, in a planner's words, for the tip of a command that is grey.
        anywhere: true for a command that needs no planning workbook at all.
    """

    name: str
    words: str
    anywhere: bool = False


ALWAYS = Rule("", "", anywhere=True)
IN_A_PLAN = Rule("", "Open a workbook made from SOP_Template.xlsm.")
FORECAST_THERE = Rule("sop_forecasted", "Forecast first: the workbook has no forecast yet.")
PLAN_THERE = Rule("sop_supplied", "Plan supply first: the workbook has no supply plan yet.")
MONEY_THERE = Rule("sop_planned", "Roll up first: the workbook has no money plan yet.")
RUN_THERE = Rule("sop_run", "Nothing to undo or show yet: nothing has been run in this workbook.")


@dataclass(frozen=True)
class Command:
    """One command of the tab.

    Attributes:
        action: what `RunPy` is called with, and the name of the action in Python; also makes its id.
        label: what the button says: a verb first, or the place it leads to.
        image: an icon of Office's own, from `ICONS`.
        keytip: letters after Alt and the tab's own; none begins with another one.
        reads: what it looks at.
        writes: what it changes.
        undo: how it is taken back.
        takes: how long it usually takes.
        rule: when it can be used.
        large: whether it is the group's main command.
        sheet: for a command that only shows a sheet: which one. VBA then does it alone, without Python.
    """

    action: str
    label: str
    image: str
    keytip: str
    reads: str
    writes: str
    undo: str
    takes: str
    rule: Rule = IN_A_PLAN
    large: bool = False
    sheet: str = ""

    @property
    def id(self) -> str:
        """The control's id in the ribbon parts."""
        return "sop_" + self.action


@dataclass(frozen=True)
class Group:
    """A step of the month: 3 to 5 commands, and a menu of more sheets where it has them.

    Attributes:
        id: of the group in the ribbon parts.
        label: what stands under it.
        buttons: its commands.
        more: commands in its menu.
        keytip: letters that open the menu.
        menu: what the menu is called.
    """

    id: str
    label: str
    buttons: tuple[Command, ...]
    more: tuple[Command, ...] = ()
    keytip: str = ""
    menu: str = "More sheets"

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands, those of the menu last."""
        return self.buttons + self.more


UNDO = "Undo last run takes it back."
NO_UNDO = "Not needed: no cell changes."
NOTHING = "Nothing."
MOMENT = "A moment."


def _shows(action: str, label: str, image: str, keytip: str, sheet: str, what: str) -> Command:
    """Return a command that shows a sheet."""
    return Command(action, label, image, keytip, what, NOTHING, NO_UNDO, MOMENT, sheet=sheet)


CYCLE = Group(
    "sopCycle",
    "Cycle",
    (
        Command(
            "run_all",
            "Run cycle",
            "CalculateNow",
            "R",
            "All input tables, what was typed in Demand review and Supply review, and last cycle's results.",
            "All result tables, both reviews, the change list and the log, in one go after everything is computed.",
            UNDO,
            "10 seconds to 2 minutes. Esc stops between steps, with nothing written.",
            large=True,
        ),
        Command(
            "close_month",
            "Close month",
            "Lock",
            "Z",
            "Actuals of the open month, the plan of its cycle and the stock counted.",
            "The ledger freezes the cycle; then the open month in Settings and the table Stock move on.",
            "Undo takes it back; what the ledger froze stays there.",
            "A few seconds.",
            MONEY_THERE,
        ),
        Command(
            "cycle_status",
            "Cycle status",
            "FileProperties",
            "Y7",
            "The calendar on Cycle steps, and what each signed step locks.",
            "The steps of a month that has none yet: last cycle's, or the standard five. Otherwise no cell.",
            "Not needed: delete the rows on Cycle steps.",
            "A moment.",
        ),
        Command(
            "sign_off",
            "Sign off",
            "FileMarkAsFinal",
            "Y8",
            "The first step on Cycle steps that is not signed, and the inputs it locks.",
            "Who, when and on which data version, on Cycle steps, in Changes and the ledger. Its inputs are locked.",
            "Reopen step, with a reason.",
            MOMENT,
        ),
        Command(
            "reopen_step",
            "Reopen step",
            "SheetProtect",
            "Y9",
            "The step on Cycle steps in whose row a reason stands under Reopen because.",
            "The signatures of this step and those after it are taken away, the reason kept in Changes and the ledger.",
            "Sign off again.",
            MOMENT,
        ),
    ),
)
DATA = Group(
    "sopData",
    "Data",
    (
        Command(
            "check",
            "Check workbook",
            "ErrorChecking",
            "C",
            "All input tables.",
            "The sheet Issues: every fault with its cell and what to do.",
            "Not needed: only the list of issues is replaced.",
            "A few seconds.",
            large=True,
        ),
        Command(
            "check_paste",
            "Check paste",
            "Paste",
            "Y1",
            "What is pasted on the sheet Paste actuals, your answers and control totals beside it.",
            "The verdict beside the rows: status, code, message and marks. No fact changes.",
            "Not needed: the next check writes it anew.",
            "A second for 5,000 rows.",
        ),
        Command(
            "commit_paste",
            "Commit paste",
            "FileSave",
            "Y2",
            "What is pasted on the sheet Paste actuals, checked once more.",
            "The ledger, then the sheet Actuals, in one go. Bad rows stay where they are.",
            UNDO,
            "A second for 5,000 rows.",
        ),
        _shows("show_paste", "Paste actuals", "Paste", "Y3", "Paste actuals", "Where a month's export is pasted."),
        _shows("show_issues", "Issues", "ReviewShowAllComments", "I", "Issues", "What the last check or run found."),
    ),
    (
        Command(
            "collect_returns",
            "Collect returns",
            "ReviewShowAllComments",
            "R",
            "Files that came back, chosen in a dialog; the ledger, which knows what was sent.",
            "The sheet Collect: what is accepted, contested, rejected and missing. No input changes.",
            "Not needed: the next look writes it anew.",
            "A few seconds for 30 files.",
        ),
        Command(
            "commit_returns",
            "Commit returns",
            "ReviewAcceptChange",
            "C",
            "The files that were looked at, once more, and what was chosen on the sheet Collect.",
            "The ledger, then the input tables, in one go. Open conflicts stay as they are.",
            UNDO,
            "A few seconds for 30 files.",
        ),
        Command(
            "merge_copy",
            "Merge a copy",
            "ReviewHighlightChanges",
            "M",
            "Another copy of this workbook and the one both began with, chosen in a dialog.",
            "Inputs that only the other copy changed; what both changed is listed on the sheet Collect.",
            UNDO,
            "A few seconds.",
        ),
        Command(
            "make_packs",
            "Make packs",
            "FileSave",
            "P",
            "The sheet Recipients, and the plan as it stands.",
            "A file for each person, in a folder beside the workbook; the ledger keeps who got what. No cell changes.",
            "Not needed: files only. The ledger keeps that they were made.",
            "Some seconds for 30 people.",
            MONEY_THERE,
        ),
        Command(
            "draft_mails",
            "Draft mails",
            "ReviewAcceptChange",
            "D",
            "The sheet Recipients, and the plan as it stands.",
            "The packs, and a mail a person: drafts in classic Outlook, else .eml files. None is sent.",
            "Not needed: files only. The ledger keeps that they were made.",
            "Some seconds for 30 people.",
            MONEY_THERE,
        ),
        _shows("show_collect", "Collect", "TableInsert", "S", "Collect", "What came back, and what became of it."),
    ),
    "6",
    "Packs and returns",
)
DEMAND = Group(
    "sopDemand",
    "Demand",
    (
        Command(
            "forecast",
            "Forecast",
            "ChartTypeLineInsertGallery",
            "F",
            "Actuals, items, events, launches, initiatives and overrides.",
            "Forecast, Accuracy and Demand review.",
            UNDO,
            "5 seconds to 1 minute. Esc stops, with nothing written.",
            large=True,
        ),
        Command(
            "accept_edits",
            "Accept edits",
            "ReviewAcceptChange",
            "E",
            "What was typed into the amber rows of Demand review.",
            "Overrides, with who, when and why; then the consensus forecast and Demand review.",
            UNDO,
            "5 seconds to 1 minute. Esc stops, with nothing written.",
            FORECAST_THERE,
        ),
        _shows("show_demand", "Demand review", "TableInsert", "D", "Demand review", "The forecast."),
    ),
    (
        _shows(
            "show_events",
            "Events and launches",
            "ChartTypeBarInsertGallery",
            "E",
            "Events & launches",
            "What events, prices and new products add to demand.",
        ),
        _shows(
            "show_new_products",
            "New products",
            "ChartTypeColumnInsertGallery",
            "N",
            "New product plan",
            "Launches with gates and odds, their volume and money; ends of life.",
        ),
        _shows(
            "show_accuracy",
            "Accuracy",
            "ChartTypeLineInsertGallery",
            "A",
            "Accuracy",
            "What past forecasts were worth, step by step.",
        ),
    ),
    "1",
)
SUPPLY = Group(
    "sopSupply",
    "Supply",
    (
        Command(
            "plan_supply",
            "Plan supply",
            "Calculator",
            "S",
            "The consensus forecast, stock, open orders, routings, bills of material, capacity, suppliers, lanes.",
            "Supply plan, Production, Purchases, Transfers, Load, Shortages, Lead times and Plan cost.",
            UNDO,
            "2 seconds to 1 minute. Esc stops, with nothing written.",
            FORECAST_THERE,
            large=True,
        ),
        Command(
            "accept_fixed",
            "Accept plan edits",
            "ReviewAcceptChange",
            "Y4",
            "What was typed into the amber rows of Supply review.",
            "Targets, with who, when and why; then the supply plan around them, what they cost, and Supply review.",
            UNDO,
            "2 seconds to 1 minute. Esc stops, with nothing written.",
            PLAN_THERE,
        ),
        Command(
            "schedule",
            "Schedule",
            "ConditionalFormattingDataBarsGallery",
            "W",
            "The supply plan's production, load and stock; routings, bills of material, lot sizes.",
            "Schedule lots and Tracking stock: the next 8 weeks of the plant that makes most.",
            UNDO,
            "5 seconds to 1 minute.",
            PLAN_THERE,
        ),
        _shows("show_supply", "Supply review", "TableInsert", "V", "Supply review", "The plan."),
    ),
    (
        _shows("show_capacity", "Capacity", "ChartTypeColumnInsertGallery", "C", "Capacity", "Load of each resource."),
        _shows(
            "show_inventory",
            "Inventory",
            "ChartTypeAreaInsertGallery",
            "I",
            "Inventory & backlog",
            "Stock, cover, backlog, shortages.",
        ),
        _shows(
            "show_planners",
            "Production plans",
            "ChartTypeColumnInsertGallery",
            "P",
            "Production plans",
            "Chase, level and mixed beside the optimum.",
        ),
        _shows(
            "show_procurement",
            "Procurement",
            "TableInsert",
            "R",
            "Procurement",
            "Orders to place, by supplier and day.",
        ),
        _shows(
            "show_distribution",
            "Distribution",
            "TableInsert",
            "D",
            "Distribution",
            "What each place needs, gets and is short of.",
        ),
        _shows(
            "show_schedule",
            "Schedule",
            "ConditionalFormattingDataBarsGallery",
            "S",
            "Schedule",
            "The next weeks of a plant by day.",
        ),
    ),
    "2",
)
FINANCE = Group(
    "sopFinance",
    "Finance",
    (
        Command(
            "roll_up_finance",
            "Roll up",
            "AccountingFormat",
            "M",
            "Forecast, supply plan, costs, prices, rates and budget.",
            "Finance, Family plan and Families.",
            UNDO,
            "A few seconds.",
            PLAN_THERE,
            large=True,
        ),
        Command(
            "key_figures",
            "Key figures",
            "AutoSum",
            "Q",
            "Forecast, accuracy, supply plan, load, shortages and finance.",
            "KPIs.",
            UNDO,
            "A few seconds.",
            MONEY_THERE,
        ),
        _shows("show_finance", "Finance", "ChartTypeBarInsertGallery", "B", "Finance", "Revenue, cost and margin."),
    ),
    (
        _shows(
            "show_bridge",
            "Bridge",
            "ChartTypeColumnInsertGallery",
            "B",
            "Bridge",
            "Why margin differs from budget, last cycle and actual.",
        ),
        _shows(
            "show_cash",
            "Cash and capital",
            "AccountingFormat",
            "C",
            "Cash & working capital",
            "Receipts, payments, stock value and days to cash.",
        ),
    ),
    "3",
)
SCENARIO = Group(
    "sopScenario",
    "Scenario",
    (
        Command(
            "run_scenarios",
            "Run scenarios",
            "MacroPlay",
            "YR",
            "All input tables. In a row of Scenario list or Scenario changes: that row's scenario only.",
            "Scenario results, which Compare shows. The plan stays as it is.",
            UNDO,
            "10 seconds to plan the base, then 5 seconds a scenario. Esc stops between them, with nothing written.",
            large=True,
        ),
        Command(
            "new_scenario",
            "New",
            "TableInsert",
            "YN",
            "The names on Scenario list.",
            "A row on Scenario list: a draft to name, and to give changes on Scenario changes.",
            UNDO,
            MOMENT,
        ),
        Command(
            "simulate_scenario",
            "Simulate",
            "Calculator",
            "YS",
            "What Run scenarios reads.",
            "Nothing: it tells what moves and throws the plans away.",
            NO_UNDO,
            "As long as Run scenarios.",
        ),
        Command(
            "approve_scenario",
            "Approve",
            "FileMarkAsFinal",
            "YA",
            "The scenario in whose row you are, else the one whose Status is proposed, and its last comparison.",
            "Its changes, into the input tables and the log. Refused where inputs moved since or are signed.",
            UNDO,
            "A few seconds; then run the cycle.",
        ),
        _shows("show_compare", "Compare", "ChartTypeBarInsertGallery", "YC", "Compare", "Scenarios side by side."),
    ),
    (
        Command(
            "plan_ranges",
            "Ranges",
            "ChartTypeAreaInsertGallery",
            "R",
            "The plan as it stands: forecast with its ranges, supply plan, costs.",
            "Scenario ranges of the plan, which the view Ranges shows: 200 futures of demand against its quantities.",
            UNDO,
            "A few seconds.",
            MONEY_THERE,
        ),
        _shows("show_ranges", "Show ranges", "ChartTypeLineInsertGallery", "V", "Ranges", "Service, stock, money."),
        _shows("show_scenarios", "Scenario list", "TableInsert", "L", "Scenario list", "All scenarios by name."),
        _shows("show_changes", "Scenario changes", "TableInsert", "C", "Scenario changes", "What each changes."),
    ),
    "7",
)
VIEW = Group(
    "sopView",
    "View and help",
    (
        Command(
            "undo_last",
            "Undo last run",
            "Undo",
            "U",
            "The change list kept with the last run.",
            "The cells as they were before it. Where you changed one since, it says which and writes nothing.",
            "Run again.",
            "A few seconds. Ctrl+Z does not reach what a button wrote.",
            RUN_THERE,
            large=True,
        ),
        _shows("go_home", "Home", "ViewNormalViewExcel", "H", "Home", "Where the cycle stands and what to do next."),
        _shows("show_executive", "Executive", "FilePrintPreview", "X", "Executive", "The page for the meeting."),
        Command(
            "go_now",
            "Go to now",
            "GoTo",
            "N",
            "The open month.",
            "Nothing: the sheet in front moves to the open month.",
            NO_UNDO,
            MOMENT,
        ),
        _shows("open_guide", "Guide", "Help", "G", "Guide", "How the month runs, and how to read each sheet."),
    ),
    (
        _shows(
            "show_family", "Family", "TableInsert", "4", "Family", "Sales, operations, stock and money of a family."
        ),
        Command(
            "previous_family",
            "Previous family",
            "ReviewPreviousComment",
            "J",
            "The families of the plan.",
            "The family chosen on the sheet Family.",
            "Next family goes back.",
            MOMENT,
            MONEY_THERE,
        ),
        Command(
            "next_family",
            "Next family",
            "ReviewNextComment",
            "L",
            "The families of the plan.",
            "The family chosen on the sheet Family.",
            "Previous family goes back.",
            MOMENT,
            MONEY_THERE,
        ),
        _shows(
            "show_kpis", "KPIs", "ChartTypeLineInsertGallery", "P", "KPIs", "Key figures by month, with definitions."
        ),
        _shows(
            "show_initiatives", "Initiative plan", "TableInsert", "I", "Initiative plan", "What each does, and payback."
        ),
        _shows(
            "show_risks", "Risks and decisions", "TableInsert", "R", "Risks & decisions", "Assumptions, risks, the log."
        ),
        _shows("show_checks", "Checks", "DataValidation", "K", "Checks", "What must hold in a plan, by formulas."),
        _shows("show_log", "Log", "ReviewHighlightChanges", "O", "Log", "What was run, when, and how long it took."),
        Command(
            "selftest",
            "Self-test",
            "MacroPlay",
            "T",
            "Textbook cases with known answers; never your data.",
            NOTHING,
            NO_UNDO,
            "A few seconds.",
            ALWAYS,
        ),
        Command(
            "about",
            "About",
            "Info",
            "A",
            "Versions of sop_xl, Python and Excel, and where they are.",
            NOTHING,
            NO_UNDO,
            MOMENT,
            ALWAYS,
        ),
    ),
    "5",
    menu="More views and help",
)

GROUPS = (CYCLE, DATA, DEMAND, SUPPLY, FINANCE, SCENARIO, VIEW)
"""At most seven, in the order of the month."""

COMMANDS: tuple[Command, ...] = tuple(command for group in GROUPS for command in group.commands)
"""All commands, in the order of the tab."""
