"""install, uninstall and doctor on folders laid out like a PC's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.doctor import State, Surroundings, examine, must_mend
from sop_xl.entrypoints.install import addin_file, config_file, config_text, install, read_config, uninstall
from sop_xl.entrypoints.machine import Machine
from tests.e2e.command import sop

ADDIN = b"the add-in"
PACKAGES = {"xlwings": "0.37.8", "highspy": "1.9", "pandas": "3.0"}
DLL = "xlwings64-0.37.8.dll"


@pytest.fixture
def pc(tmp_path):
    """A PC with Excel and a Python in a virtual environment, nothing installed yet."""
    home = tmp_path / "Users" / "Jörg"
    python = home / "venv" / "Scripts" / "python.exe"
    for folder in (python.parent, home / "Roaming", home / "Local", home / "Temp", home / "OneDrive"):
        folder.mkdir(parents=True)
    python.write_text("")
    (home / "venv" / DLL).write_text("")
    return Machine(
        system="Windows",
        python=python,
        python_version="3.11.7",
        python_bits=64,
        home=home,
        roaming=home / "Roaming",
        local=home / "Local",
        temporary=home / "Temp",
        excel=Path("EXCEL.EXE"),
        excel_bits=64,
        excel_version="16.0.17928",
        blocks_children=False,
        cloud=(home / "OneDrive",),
    )


@pytest.fixture
def installed(pc):
    install(pc, ADDIN)
    return pc


def findings(machine, workbook="", packages=PACKAGES, addin=ADDIN):
    """Return what the doctor found that is not fine, by subject, and check that each has a cure."""
    found = [f for f in examine(machine, Surroundings(packages, addin, str(workbook))) if f.state is not State.FINE]
    assert all(finding.cure for finding in found)
    return {finding.subject: finding for finding in found}


def test_an_install_puts_two_files_in_place_and_the_doctor_is_content(pc):
    lines = install(pc, ADDIN)
    assert addin_file(pc).read_bytes() == ADDIN
    assert config_file(pc).read_bytes().decode("cp1252").splitlines()[0] == f'"INTERPRETER_WIN","{pc.python}"'
    assert str(addin_file(pc)) in lines[0]
    assert any("Trusted Locations" in line for line in lines)
    assert findings(pc) == {}


def test_the_settings_have_keys_in_upper_case_and_no_blank_line(installed):
    lines = config_file(installed).read_text("cp1252").split("\n")
    assert all(line.strip() for line in lines)
    assert all(key == key.upper() for key in read_config(config_file(installed)))


def test_an_install_keeps_what_a_user_added_to_the_settings(pc):
    config_file(pc).parent.mkdir()
    config_file(pc).write_text('"interpreter_win","C:\\old\\python.exe"\n"CONDA ENV","base"\n')
    install(pc, ADDIN)
    settings = read_config(config_file(pc))
    assert settings["CONDA ENV"] == "base"
    assert settings["INTERPRETER_WIN"] == str(pc.python)


def test_a_second_install_writes_nothing(installed):
    times = [path.stat().st_mtime_ns for path in (addin_file(installed), config_file(installed))]
    install(installed, ADDIN)
    assert [path.stat().st_mtime_ns for path in (addin_file(installed), config_file(installed))] == times


def test_an_uninstall_takes_both_files_away_and_no_more(installed):
    installed.log_file.parent.mkdir()
    installed.log_file.write_text("a bug")
    lines = uninstall(installed)
    assert not addin_file(installed).exists()
    assert not config_file(installed).parent.exists()
    assert installed.log_file.exists()
    assert any(str(installed.data) in line for line in lines)
    assert uninstall(installed)[0] == "Nothing was installed for this user."


def test_a_file_in_use_says_to_close_excel(installed, monkeypatch):
    def locked(*_, **__):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(SopError, match="Close all Excel windows"):
        install(installed, b"a newer one")
    assert addin_file(installed).read_bytes() == ADDIN
    assert [path.name for path in addin_file(installed).parent.iterdir()] == ["sop_xl.xlam"]


def test_a_path_that_vba_cannot_read_is_refused_before_anything_is_written(pc):
    with pytest.raises(SopError, match="VBA cannot read the letter 'ż'"):
        install(replace(pc, python=Path("C:/Users/Jażdżyk/python.exe")), ADDIN)
    assert not addin_file(pc).exists()


@pytest.mark.parametrize(("system", "says"), [("Linux", "no Excel for Linux"), ("Darwin", "Excel for Mac")])
def test_elsewhere_it_says_what_is_supported(pc, system, says):
    for command in (lambda m: install(m, ADDIN), uninstall):
        with pytest.raises(SopError, match=says):
            command(replace(pc, system=system))
    (finding,) = findings(replace(pc, system=system)).values()
    assert finding.state is State.LOOK
    assert says in finding.cure


# --- the doctor: each fault alone, its finding, its weight ----------------------------------------


def test_before_an_install_both_files_are_missing(pc):
    found = findings(pc)
    assert set(found) == {"Settings", "Add-in"}
    assert all(f.state is State.MEND and "sop-xl install" in f.cure for f in found.values())


@pytest.mark.parametrize(
    ("facts", "subject", "state", "says"),
    [
        ({"python_version": "3.10.12"}, "Python", State.MEND, "at least 3.11"),
        ({"python_bits": 32}, "Python", State.LOOK, "2 GB"),
        ({"excel": None}, "Excel", State.MEND, "No Excel was found"),
        ({"blocks_children": True}, "Start of Python", State.MEND, "keeps Excel from starting Python"),
    ],
)
def test_a_fact_that_is_wrong_is_found(installed, facts, subject, state, says):
    found = findings(replace(installed, **facts))
    assert list(found) == [subject]
    assert found[subject].state is state
    assert says in found[subject].found


def test_32_bit_excel_needs_its_own_library(installed):
    found = findings(replace(installed, excel_bits=32))
    assert found["Excel"].state is State.LOOK
    assert "xlwings32-0.37.8.dll is not beside" in found["xlwings DLL"].found
    assert DLL in found["xlwings DLL"].found


@pytest.mark.parametrize(
    ("packages", "subject", "cure"),
    [
        ({**PACKAGES, "xlwings": "0.38.0"}, "xlwings", "xlwings==0.37.8"),
        ({"xlwings": "0.37.8", "pandas": "3.0"}, "highspy", "--force-reinstall sop-xl"),
    ],
)
def test_packages_missing_or_of_another_version_are_found(installed, packages, subject, cure):
    found = findings(installed, packages=packages)
    assert list(found) == [subject]
    assert found[subject].state is State.MEND
    assert cure in found[subject].cure


@pytest.mark.parametrize(
    ("text", "state", "says"),
    [
        ("{good}\r\n\r\n{more}", State.MEND, "blank line"),
        ("{good}\r\n", State.FINE, ""),
        ("{good}\r\nINTERPRETER", State.MEND, "not a key and a value"),
        ('"INTERPRETER_WIN","C:\\gone\\python.exe"', State.MEND, "where there is none"),
    ],
)
def test_faults_of_the_settings_are_found(installed, text, state, says):
    good = f'"INTERPRETER_WIN","{installed.python}"'
    config_file(installed).write_text(text.format(good=good, more='"SHOW CONSOLE","False"'), "cp1252", newline="")
    found = findings(installed)
    assert list(found) == (["Settings"] if state is State.MEND else [])
    assert not found or says in found["Settings"].found


def test_another_python_is_worth_a_look(installed, tmp_path):
    other = tmp_path / "python.exe"
    other.write_text("")
    config_file(installed).write_text(config_text({"INTERPRETER_WIN": str(other)}))
    assert findings(installed)["Settings"].state is State.LOOK


def test_an_old_add_in_and_a_second_one_are_found(installed):
    assert "another version" in findings(installed, addin=b"newer")["Add-in"].found
    second = installed.roaming / "Microsoft" / "AddIns" / "sop_xl.xlam"
    second.parent.mkdir(parents=True)
    second.write_bytes(ADDIN)
    assert findings(installed)["Add-in"].state is State.LOOK


@pytest.mark.parametrize(("zone", "blocked"), [(3, True), (4, True), (1, False), (2, False)])
def test_a_workbook_that_came_by_mail_is_found(installed, tmp_path, zone, blocked):
    workbook = tmp_path / "plan.xlsm"
    workbook.write_text("")
    workbook.with_name("plan.xlsm:Zone.Identifier").write_text(f"[ZoneTransfer]\r\nZoneId={zone}\r\n")
    found = findings(installed, workbook)
    assert (list(found) == ["Workbook"]) is blocked
    assert not blocked or "Unblock" in found["Workbook"].cure


def test_a_workbook_in_the_cloud_is_worth_a_look(installed):
    workbook = installed.cloud[0] / "plan.xlsm"
    workbook.write_text("")
    for name in (workbook, "https://d.docs.live.net/abc/plan.xlsm"):
        found = findings(installed, name)
        assert found["Workbook"].state is State.LOOK
        assert "AutoSave" in found["Workbook"].cure


def test_a_workbook_that_is_not_there_is_found(installed, tmp_path):
    assert findings(installed, tmp_path / "gone.xlsm")["Workbook"].state is State.MEND


def test_a_folder_that_cannot_be_written_is_found(installed, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    found = findings(replace(installed, local=file / "below"))
    assert list(found) == ["Data folder"]
    assert found["Data folder"].state is State.MEND


def test_the_exit_code_tells_whether_something_must_be_mended(installed):
    around = Surroundings(PACKAGES, ADDIN)
    assert not must_mend(examine(replace(installed, excel_bits=0), around))
    assert must_mend(examine(replace(installed, blocks_children=True), around))


# --- this computer, and the commands --------------------------------------------------------------


def test_the_doctor_of_this_computer_is_content_with_what_is_needed_to_run():
    done = sop("doctor", "--json")
    states = {finding["subject"]: finding["state"] for finding in done.json["findings"]}
    assert {name: states[name] for name in ("Python", *PACKAGES)} == dict.fromkeys(("Python", *PACKAGES), "fine")


def test_the_doctor_names_a_workbook_that_is_not_there(tmp_path):
    done = sop("doctor", tmp_path / "gone.xlsm")
    assert done.code == 2
    assert "gone.xlsm" in done.out


def test_what_runs_changed_is_kept_beside_the_workbook_unless_that_is_in_the_cloud(pc):
    own = pc.data / "undo"
    beside = pc.home / "plans" / ".sop_undo"
    assert pc.undo_folders(str(pc.home / "plans" / "plan.xlsm")) == [beside, own]
    assert pc.undo_folders(str(pc.cloud[0] / "plan.xlsm")) == [own, pc.cloud[0] / ".sop_undo"]
    assert pc.undo_folders("https://firma.sharepoint.com/plan.xlsm") == [own]
    assert pc.undo_folders("Book1") == [own]
