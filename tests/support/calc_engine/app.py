"""The engine as xlwings sees it: its applications, and the workbooks open in one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.support.calc_engine.book import Book
from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.excel_api import AppApi
from tests.support.calc_engine.office_process import OfficeProcess
from tests.support.calc_engine.uno_bridge import load_uno, properties
from tests.support.calc_engine.values import cleaned, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN_ALL_MACROS = 4
AS_STARTED = {"AutoFillFormulasInLists": True, "AutoExpandListRange": True}
"""What Excel corrects while a user types."""


class Engine:
    """The engine `calc`. It also answers to the name `excel`, which xlwings looks up for worksheet functions."""

    name = "excel"
    type = "desktop"

    def __init__(self) -> None:
        """Start without an application."""
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """Return a value of Python's as the engine writes it."""
        return prepared(value)

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, err_to_str: bool) -> list[list[Any]]:
        """Return what the engine read as Python's values."""
        return [[cleaned(value, dates, empty, numbers, err_to_str) for value in row] for row in data]


class Apps(base_classes.Apps):
    """The offices that were started, newest last."""

    def __init__(self) -> None:
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self._apps]

    def add(self, spec: Any = None, add_book: bool | None = None, xl: Any = None, visible: Any = None) -> App:
        app = App(self)
        self._apps.append(app)
        if add_book:
            app.books.add()
        return app

    def forget(self, app: App) -> None:
        """Take an office off the list."""
        self._apps.remove(app)

    @staticmethod
    def cleanup() -> None:
        """Nothing is left behind here."""

    def __iter__(self) -> Iterator[App]:
        return iter([*self._apps])

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self._apps if app.pid == pid)


class _Setting:
    """A property of the application that a program sets and puts back; each change is a call."""

    def __init__(self, default: Any) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, app: App | None, owner: type) -> Any:
        return self if app is None else app.settings.get(self._name, self._default)

    def __set__(self, app: App, value: Any) -> None:
        CALLS.note("set", f"{self._name}={value}")
        app.settings[self._name] = value
        app.apply(self._name, value)


class App(base_classes.App):
    """One office. It has no window, so what concerns the screen is only remembered."""

    visible = _Setting(True)
    screen_updating = _Setting(True)
    display_alerts = _Setting(True)
    enable_events = _Setting(True)
    interactive = _Setting(True)
    status_bar = _Setting(False)
    cut_copy_mode = _Setting(False)
    calculation = _Setting("automatic")
    version = "16.0"
    pid = 0
    books: Any = None
    api: Any = None
    xl: Any = None
    hwnd = 0
    path = startup_path = ""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._office = OfficeProcess()
        self.settings: dict[str, Any] = {**AS_STARTED}
        self.desktop = self._office.desktop
        self.pid = self._office.pid
        self.books = Books(self)
        self.api = self.xl = AppApi(self.settings)
        self.clipboard: Any = None

    @property
    def pipe(self) -> str:
        """Where a second program finds this office."""
        return self._office.pipe

    @property
    def engine(self) -> Engine:
        return ENGINE

    def reset(self) -> None:
        """Take every setting back to what it was at the start."""
        self.settings.clear()
        self.settings.update(AS_STARTED)
        self.clipboard = None

    def apply(self, name: str, value: Any) -> None:
        """Carry out what a setting means for the open workbooks."""
        if name == "calculation":
            for book in self.books:
                book.calculate_by_itself(value != "manual")
        elif name == "cut_copy_mode" and not value:
            self.clipboard = None

    def calculate(self) -> None:
        for book in self.books:
            book.document.calculateAll()

    def activate(self, steal_focus: bool = False) -> None:
        """There is no window to bring to the front."""

    @property
    def selection(self) -> Any:
        return self.books.active.selection if len(self.books) else None

    def range(self, first: Any, last: Any = None) -> Any:
        return self.books.active.sheets.active.range(first, last)

    def run(self, macro: str, args: Any) -> Any:
        return self.books.active.run(macro, args)

    def quit(self) -> None:
        self.kill()

    def kill(self) -> None:
        self._apps.forget(self)
        self._office.stop()


class Books(base_classes.Books):
    """The open workbooks, the active one last."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.open_ones: list[Book] = []

    @property
    def api(self) -> Any:
        return self.app.desktop

    @property
    def active(self) -> Book:
        return self.open_ones[-1]

    def __len__(self) -> int:
        return len(self.open_ones)

    def __iter__(self) -> Iterator[Book]:
        return iter([*self.open_ones])

    def __call__(self, name_or_index: str | int) -> Book:
        if isinstance(name_or_index, int):
            return self.open_ones[name_or_index - 1]
        for book in self.open_ones:
            if book.name.casefold() == name_or_index.casefold():
                return book
        raise KeyError(name_or_index)

    def add(self) -> Book:
        return self._load("private:factory/scalc", None)

    def open(self, fullname: str, *_args: Any, **_options: Any) -> Book:
        path = Path(fullname).resolve()
        if not path.exists():
            raise FileNotFoundError(path)
        return self._load(load_uno().systemPathToFileUrl(str(path)), path)

    def _load(self, url: str, path: Path | None) -> Book:
        options = properties(Hidden=True, MacroExecutionMode=RUN_ALL_MACROS)
        document = self.app.desktop.loadComponentFromURL(url, "_blank", 0, options)
        if document is None:
            raise OSError(f"LibreOffice cannot open {url}")
        book = Book(self.app, document, path)
        book.calculate_by_itself(self.app.calculation != "manual")
        self.open_ones.append(book)
        return book


ENGINE = Engine()
"""The one engine of this process."""
