"""The command line: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
from click.testing import CliRunner, Result

import ccframes as ccf
from ccframes import cli
from ccframes.cli import embedded, terminal
from tests.serving import TOKEN, activity_id, opens_page
from tests.wire.misbehaving import MisbehavingServer, Reply, json_reply

ROOT = Path(__file__).resolve().parent.parent
ACTIVITY = activity_id(1)
NEXT = "/v3/reports/more?next=2"
FORBIDDEN = json_reply([{"error_key": "forbidden", "error_message": "no \x1b[31mscope"}], 403)
NASTY = '\x1b]0;owned\x07\u202e<script>\u2066"evil"\x9b31m\n\u2028end'


def run(*args: str, stdin: str | None = None, **env: str) -> Result:
    result = CliRunner().invoke(cli.main, args, input=stdin, env={"COLUMNS": "100", **env})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def token_for(server: MisbehavingServer) -> dict[str, str]:
    return {"CCFRAMES_TOKEN": TOKEN, "CCFRAMES_BASE_URL": server.base_url}


def opens(count: int, *, href: str | None = None, **fields: Any) -> Reply:
    page = opens_page(ACTIVITY, count, href=href)
    return json_reply(
        page | {"tracking_activities": [record | fields for record in page["tracking_activities"]]}
    )


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a CSV of three campaigns, written by the command itself."""
    path = tmp_path_factory.mktemp("ids") / "campaigns.csv"
    assert run("load", "campaign_summaries", "--demo", "--out", str(path)).exit_code == 0
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:4]))
    return path


# --- help and words -----------------------------------------------------------------------------


def test_the_version_is_the_packages() -> None:
    assert run("--version").output == f"ccframes, version {ccf.__version__}\n"


def test_every_command_is_in_the_readme() -> None:
    section = (ROOT / "README.md").read_text().partition("## Command line")[2].partition("\n## ")[0]
    for name in cli.main.commands:
        assert f"ccframes {name}" in section


def test_help_names_every_command_and_no_way_to_pass_a_token() -> None:
    commands = {"catalog", "demo", "describe", "drift", "load", "new-notebook", "plan", "report"}
    assert set(cli.main.commands) == commands
    shown = run("load", "--help").output
    assert "CCFRAMES_TOKEN" in shown
    assert "--token" not in shown


@pytest.mark.parametrize("columns", [80, 100])
def test_catalog_lists_every_report_within_the_terminal(columns: int) -> None:
    shown = run("catalog", COLUMNS=str(columns)).output
    assert set(ccf.catalog()["name"]) <= set(shown.split())
    assert max(map(len, shown.splitlines())) <= columns + 8


def test_describe_explains_every_column_and_marks_personal_data() -> None:
    shown = run("describe", "clicks").output
    assert set(ccf.describe("clicks")["column"]) <= set(shown.split())
    assert "email_address *" in shown
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize("command", [["catalog"], ["describe", "opens"]])
def test_tables_come_as_json_too(command: list[str]) -> None:
    expected = ccf.catalog() if command == ["catalog"] else ccf.describe("opens")
    assert [list(row) for row in json.loads(run(*command, "--json").stdout)] == [
        list(expected.columns)
    ] * len(expected)


# --- plan and the campaign table ------------------------------------------------------------------


def test_plan_says_what_load_then_sends(campaigns: Path) -> None:
    ids = ["--demo", "--ids", str(campaigns)]
    assert run("plan", "links", *ids).stdout.startswith("links of 3 campaigns: 4 requests")
    assert run("plan", "contacts", "--demo", "--param", "status=deleted").stdout == (
        "contacts: 1 request, 0 s at this pace; from contacts_count of the API\n"
    )
    assert "about" in run("plan", "campaign_table", "--demo").stdout
    assert run("plan", "campaign_table", *ids).stdout.startswith(
        "campaign_table of 3 campaigns: 9 "
    )
    assert run("plan", "links", "--demo").exit_code == 2


def test_the_campaign_table_is_loaded_whole_or_for_ids(tmp_path: Path, campaigns: Path) -> None:
    out = tmp_path / "table.csv"
    some = run("load", "campaign_table", "--demo", "--ids", str(campaigns), "--out", str(out))
    assert some.exit_code == 0, some.output
    written = pd.read_csv(out, dtype="str")
    with ccf.connect(demo=True):
        expected = ccf.load_campaign_table(pd.read_csv(campaigns))
    for name, column in expected.items():
        kind = str(column.dtype)
        back = pd.to_datetime(written[name]) if kind.startswith("datetime") else written[name]
        if kind in {"Int64", "float64"}:
            back = pd.to_numeric(back)
        assert back.isna().tolist() == column.isna().tolist()
        assert (back[back.notna()] == column.dropna().astype(back.dtype)).all()
    assert "137 rows, 62 columns" in run("load", "campaign_table", "--demo").stdout
    assert run("plan", "campaign_table", "--demo", "--param", "a=b").exit_code == 2
    for option in (["--param", "a=b"], ["--on-error", "warn"], ["--max-pages", "1"]):
        assert run("load", "campaign_table", "--demo", *option).exit_code == 2


# --- report ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_report_writes_one_page_that_needs_nothing_else(tmp_path: Path, theme: str) -> None:
    out = tmp_path / "emails.html"
    result = run("report", "--demo", "--theme", theme, "--title", NASTY, "--out", str(out))
    assert result.exit_code == 0, result.output
    page = out.read_text(encoding="utf-8")
    assert "137 emails of 111 campaigns, sent from 2024-01-02 to 2026-06-25" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert set(re.findall(r'(?:src|href)="(.{10})', page)) == {"data:image"}
    assert not re.search(r"[\w.+-]@[\w-]+\.\w", page)  # nobody's address
    assert "requests" in result.stderr
    assert os.listdir(tmp_path) == ["emails.html"]


def test_report_on_some_campaigns_is_on_no_others(tmp_path: Path, campaigns: Path) -> None:
    ids = pd.read_csv(campaigns)["campaign_id"].tolist()
    out = tmp_path / "emails.html"
    assert run("report", *ids, "--demo", "--events", "0", "--out", str(out)).exit_code == 0
    assert "4 emails of 3 campaigns, sent from" in out.read_text(encoding="utf-8")


def test_report_is_written_though_its_title_is_no_utf_8(tmp_path: Path, campaigns: Path) -> None:
    ids = pd.read_csv(campaigns)["campaign_id"].tolist()
    given = [*ids, "--demo", "--events", "0", "--title", "caf\udce9", "--out"]
    out = tmp_path / "emails.html"
    result = run("report", *given, str(out))
    assert result.exit_code == 0, result.output
    assert "<h1>caf?</h1>" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["emails.pdf", "no/such/folder.html"])
def test_report_refuses_a_file_that_it_cannot_write(tmp_path: Path, name: str) -> None:
    assert run("report", "--demo", "--out", str(tmp_path / name)).exit_code == 2


# --- demo ---------------------------------------------------------------------------------------


def test_demo_ends_with_the_twelve_reports_within_a_minute() -> None:
    began = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-m", "ccframes", "demo"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert time.monotonic() - began < 60
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    reports = [name for name in ccf.catalog()["name"] if not name.startswith("campaigns")][:12]
    for name in reports:
        (line,) = (line.split() for line in lines if line.startswith(f"{name} "))
        rows, columns, requests = (int(cell.replace(",", "")) for cell in line[1:4])
        assert min(rows, columns, requests) > 0
        assert columns == len(ccf.describe(name))
    assert "delivered = sends − bounces" in result.stdout
    assert "make lab" in result.stdout
    assert max(map(len, lines)) <= 100


def test_rates_are_unique_counts_over_delivered(capsys: pytest.CaptureFixture[str]) -> None:
    campaigns = pd.DataFrame(
        {
            "last_sent_date": pd.to_datetime(["2026-01-02", "2026-01-01"], utc=True),
            "unique_sends": pd.array([110, 5], dtype="Int64"),
            "unique_bounces": pd.array([10, 5], dtype="Int64"),
            "unique_opens": pd.array([25, 0], dtype="Int64"),
            "unique_clicks": pd.array([5, None], dtype="Int64"),
            "name": [NASTY, "nothing delivered"],
        }
    )
    embedded._echo_rates(campaigns)
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.split()[2:6] == ["110", "100", "25.0%", "5.0%"]
    assert second.split()[2:6] == ["5", "0", "–", "–"]
    assert first.isprintable()


# --- load ---------------------------------------------------------------------------------------


def test_load_prints_the_first_rows_and_the_shape() -> None:
    result = run("load", "campaign_summaries", "--demo")
    assert result.exit_code == 0
    assert "111 rows, 17 columns" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_ids_come_from_arguments_a_file_and_stdin_alike(tmp_path: Path, campaigns: Path) -> None:
    ids = pd.read_csv(campaigns)["campaign_id"].tolist()
    lines = tmp_path / "ids.txt"
    lines.write_text("\ufeff" + "\n".join(ids) + "\n\n", encoding="utf-8")
    ways = [
        (["--campaigns", *ids], None),
        (["--campaigns", "--ids", str(lines)], None),
        (["--ids", str(campaigns)], None),
        (["-"], campaigns.read_text()),
        (["--campaigns", "-"], "\n".join(ids)),
    ]
    frames = []
    for number, (args, stdin) in enumerate(ways):
        out = tmp_path / f"{number}.csv"
        result = run("load", "clicks", "--demo", *args, "--out", str(out), stdin=stdin)
        assert result.exit_code == 0, result.output
        frames.append(out.read_text())
    assert len(frames[0].splitlines()) > 100
    assert len(set(frames)) == 1


def test_an_activity_file_leaves_permalinks_out(tmp_path: Path, campaigns: Path) -> None:
    activities = tmp_path / "activities.csv"
    run("load", "campaign_activities", "--demo", "--ids", str(campaigns), "--out", str(activities))
    assert "permalink" in activities.read_text()
    result = run("load", "links", "--demo", "--ids", str(activities))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_file_holds_what_the_loader_gives(tmp_path: Path, campaigns: Path, ending: str) -> None:
    out = tmp_path / f"opens.{ending}"
    assert run("load", "opens", "--demo", "--ids", str(campaigns), "--out", str(out)).exit_code == 0
    with ccf.connect(demo=True):
        expected = ccf.load_opens(campaigns=pd.read_csv(campaigns))
    if ending == "parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(out), expected)
        return
    frame = (
        pd.read_csv(out, dtype=str)
        if ending == "csv"
        else pd.DataFrame(json.loads(out.read_text(encoding="utf-8")))
    )
    assert list(frame.columns) == list(expected.columns)
    assert frame["created_time"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z").all()
    assert (pd.to_datetime(frame["created_time"]) == expected["created_time"]).all()
    assert (frame["contact_id"] == expected["contact_id"]).all()
    assert (frame["deleted_at"].isna() == expected["deleted_at"].isna()).all()


def test_parameters_reach_the_api(tmp_path: Path, campaigns: Path) -> None:
    out = tmp_path / "bounces.csv"
    wanted = ["--param", "bounce_code=B", "--param", "bounce_code=Z"]
    run("load", "bounces", "--demo", "--ids", str(campaigns), *wanted, "--out", str(out))
    assert set(pd.read_csv(out)["bounce_code"]) <= {"B", "Z"}
    links = ["load", "links", "--demo", "--ids", str(campaigns)]
    counts = [
        int(re.findall(r"(\d+) rows", run(*links, *more).output)[0])
        for more in ([], ["--param", "no_clicks=true"])
    ]
    assert counts[0] < counts[1]


def test_a_walk_cut_on_purpose_is_said_to_be_no_whole() -> None:
    with MisbehavingServer([opens(3, href=NEXT)]) as server:
        result = run("load", "opens", ACTIVITY, "--max-pages", "1", **token_for(server))
    assert result.exit_code == 0
    assert "3 rows" in result.stdout
    assert "not the whole" in result.stderr


def test_warnings_are_lines_without_places_in_our_code() -> None:
    with MisbehavingServer([opens(1, new_field="x")]) as server:
        result = run("load", "opens", ACTIVITY, **token_for(server))
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("ccframes: warning: opens: unknown field 'new_field'")


# --- untrusted text -----------------------------------------------------------------------------


def test_text_of_others_sends_nothing_to_the_terminal_but_letters() -> None:
    with MisbehavingServer([opens(2, first_name=NASTY, email_address=NASTY)]) as server:
        result = run("load", "opens", ACTIVITY, COLUMNS="300", **token_for(server))
    assert "<script>" in result.stdout
    assert all(line.isprintable() for line in result.stdout.splitlines())
    assert all("\u202e" not in line and "\u2066" not in line for line in result.stdout)


def test_error_texts_of_others_are_harmless_too() -> None:
    with MisbehavingServer([FORBIDDEN]) as server:
        result = run("load", "opens", ACTIVITY, **token_for(server))
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.isprintable()
    assert TOKEN not in result.output


@pytest.mark.parametrize(
    "text", ["春のお知らせ", "🌻🌻 fête", "e\u0301te\u0301", "❤️ love", "plain"]
)
def test_wide_and_combined_letters_keep_columns_aligned(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.echo_table(("name", "n"), [(terminal.printable(text), "1"), ("x" * 12, "2")])
    *_, first, second = capsys.readouterr().out.splitlines()
    assert terminal.width_of(first[: first.index("1")]) == terminal.width_of(
        second[: second.index("2")]
    )


@pytest.mark.parametrize("width", [2, 5, 9])
def test_cut_text_takes_no_more_room_than_it_has(width: int) -> None:
    for text in ("春のお知らせ", "🌻🌻 Summer", "plain text that is long"):
        assert terminal.width_of(terminal.cut(text, width)) <= width


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_cells_like_formulas_are_quoted_in_csv(tmp_path: Path, cell: str) -> None:
    for name, flags, expected in (("a", [], f"'{cell}"), ("b", ["--raw"], cell)):
        out = tmp_path / f"{name}.csv"
        with MisbehavingServer([opens(2, first_name=cell, last_name="O'Neil=")]) as server:
            result = run("load", "opens", ACTIVITY, "--out", str(out), *flags, **token_for(server))
        frame = pd.read_csv(out, lineterminator="\n", dtype=str)
        assert frame["first_name"].tolist() == [expected] * 2
        assert frame["last_name"].tolist() == ["O'Neil="] * 2
        assert ("like a formula: 2" in result.stderr) == (not flags)


def test_a_new_word_that_looks_like_a_formula_is_quoted_in_a_category_too(tmp_path: Path) -> None:
    out = tmp_path / "opens.csv"
    with MisbehavingServer([opens(1, device_type="=1+1")]) as server:
        run("load", "opens", ACTIVITY, "--out", str(out), **token_for(server))
    assert pd.read_csv(out)["device_type"].tolist() == ["'=1+1"]


# --- how it ends --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["load", "opens", "--demo"], "ccframes load campaign_summaries --demo"),
        (["load", "campaigns", ACTIVITY, "--demo"], "takes no ids"),
        (["load", "links", ACTIVITY, "--max-pages", "1", "--demo"], "no --max-pages"),
        (["load", "campaigns", "--on-error", "warn", "--demo"], "no --on-error"),
        (["load", "opens", ACTIVITY, "--param", "url_id=1", "--demo"], "no parameter 'url_id'"),
        (["load", "clicks", ACTIVITY, "--param", "url_id", "--demo"], "NAME=VALUE"),
        (["load", "campaigns", "--demo", "--out", "x.xlsx"], ".csv, .parquet, .json"),
        (["load", "campaigns", "--demo", "--out", "nowhere/x.csv"], "no directory"),
        (["load", "opens", ACTIVITY, "--demo", "--ids", "nowhere.csv"], "nowhere.csv"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_right(args: list[str], says: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("args", "says", "code"),
    [
        (["load", "nonsense", "--demo"], "there are: campaign_summaries", 2),
        (["describe", "nonsense"], "there are: campaign_summaries", 2),
        (["load", "opens", "../x", "--demo"], "nothing was sent", 2),
        (["load", "sms_summaries", "--demo"], "start_at", 2),
        (["load", "clicks", ACTIVITY, "--param", "url_id=x", "--demo"], "digits", 2),
        (["load", "campaigns"], "set CCFRAMES_TOKEN", 2),
        (["load", "opens", ACTIVITY, "--demo"], "404", 1),
    ],
)
def test_an_error_is_one_line_and_its_status_says_whose_fault_it_is(
    args: list[str], says: str, code: int
) -> None:
    result = run(*args)
    assert result.exit_code == code
    (line,) = result.stderr.splitlines()
    assert says in line


def test_plain_http_to_another_machine_is_refused_before_the_token_is_sent() -> None:
    env = {"CCFRAMES_TOKEN": TOKEN, "CCFRAMES_BASE_URL": "http://192.0.2.1/v3"}
    result = run("load", "campaigns", **env)
    assert result.exit_code == 2
    assert TOKEN not in result.output


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    result = run("load", "campaigns", "--demo", "--out", str(tmp_path / "x.parquet"))
    assert result.exit_code == 1
    assert "pip install 'ccframes[parquet]'" in result.stderr


def test_a_load_that_stops_part_way_leaves_what_came_beside_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "opens.csv"
    out.write_text("of yesterday")
    with MisbehavingServer([opens(3, href=NEXT), FORBIDDEN]) as server:
        result = run("load", "opens", ACTIVITY, "--out", str(out), **token_for(server))
    assert result.exit_code == 1
    assert out.read_text() == "of yesterday"
    assert len(pd.read_csv(tmp_path / "opens.partial.csv")) == 3
    assert "opens.partial.csv: 3 rows" in result.stderr
    assert "stopped after 3 rows" in result.stderr
    assert "sys.last_value" not in result.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["opens.csv", "opens.partial.csv"]


def test_a_write_that_fails_leaves_the_old_file_and_no_scraps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    out = tmp_path / "campaigns.csv"
    out.write_text("of yesterday")
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    result = run("load", "campaigns", "--demo", "--out", str(out))
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["campaigns.csv"]
    assert out.read_text() == "of yesterday"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize("pages", [0, 1])
def test_ctrl_c_ends_with_130_and_keeps_what_came(tmp_path: Path, pages: int) -> None:
    out = tmp_path / "opens.json"
    script = [opens(3, href=NEXT)] * pages + [Reply(stall=True)]
    with MisbehavingServer(script) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "ccframes", "load", "opens", ACTIVITY, "--out", str(out)],
            env=os.environ | token_for(server),
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
        )
        server.wait_for_requests(len(script))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Ctrl-C" in said
    assert "Traceback" not in said
    assert [file.name for file in tmp_path.iterdir()] == ["opens.partial.json"] * pages
    if pages:
        assert len(json.loads((tmp_path / "opens.partial.json").read_text())) == 3


# --- drift and the server -------------------------------------------------------------------------


def description(**changes: Any) -> dict[str, Any]:
    """Return the least description of an API: one path, as the table has it."""
    link = {"type": "object", "properties": {"segment_id": {"type": "integer"}} | changes}
    answer = {"type": "object", "properties": {"segments": {"type": "array", "items": link}}}
    operation = {
        "security": [{"oauth": ["contact_data"]}],
        "responses": {"200": {"schema": answer}},
    }
    return {
        "swagger": "2.0",
        "host": "api.cc.email",
        "basePath": "/v3",
        "paths": {"/segments": {"get": operation}},
    }


def test_drift_names_each_difference_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "swagger.json"
    file.write_text(json.dumps(description(colour={"type": "string"})))
    result = CliRunner().invoke(cli.main, ["drift", "--json", str(file)])
    assert result.exit_code == 1
    found = {(row["endpoint"], row["field"], row["kind"]) for row in json.loads(result.stdout)}
    assert ("segments", "colour", "new field") in found
    assert ("segments", "edited_at", "missing field") in found
    assert ("segments", "segment_id", "type") not in found
    assert ("opens", "", "missing endpoint") in found


def test_drift_of_what_is_no_description_ends_with_2(tmp_path: Path) -> None:
    for text in ("{}", "nonsense"):
        (tmp_path / "x.json").write_text(text)
        assert run("drift", str(tmp_path / "x.json")).exit_code == 2
    assert run("drift", str(tmp_path / "none")).exit_code == 2


def test_drift_prints_no_credentials_of_an_address() -> None:
    result = run("drift", "http://user:s3cret@127.0.0.1:9/x.json?token=abc")
    assert result.exit_code == 2
    assert "http://127.0.0.1/x.json" in result.stderr
    assert "s3cret" not in result.output
    assert "abc" not in result.output


DESCRIPTIONS = sorted((ROOT.parent / "shared" / "wire").glob("*.swagger.json"))

if DESCRIPTIONS:  # which are the provider's, and not part of the project

    @pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.name)
    def test_the_table_differs_from_the_providers_description_only_where_it_says_so(
        path: Path, tmp_path: Path
    ) -> None:
        result = CliRunner().invoke(cli.main, ["drift", str(path)])
        assert result.exit_code == 0, result.output
        document = json.loads(path.read_text())
        opens = document["paths"]["/reports/email_reports/{campaign_activity_id}/tracking/opens"][
            "get"
        ]["responses"]["200"]["schema"]
        for number, change in enumerate((_add_a_field, _remove_a_field)):
            copy = json.loads(path.read_text())
            change(copy, opens)
            changed = tmp_path / f"{number}.json"
            changed.write_text(json.dumps(copy))
            result = CliRunner().invoke(cli.main, ["drift", str(changed)])
            assert result.exit_code == 1
            assert "device_type" in result.stdout or "mood" in result.stdout

    @pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.name)
    def test_a_description_with_documents_in_place_of_templates_is_explained(
        path: Path, tmp_path: Path
    ) -> None:
        document = json.loads(path.read_text())  # 3.0.178 differs from 3.0.172 in no more
        get = document["paths"]["/emails/activities/{campaign_activity_id}"]["get"]
        activity = _resolved(document, get["responses"]["200"]["schema"])["properties"]
        activity["document_id"] = {"type": "string", "format": "uuid"}
        activity.pop("template_id", None)
        later = tmp_path / "later.swagger.json"
        later.write_text(json.dumps(document))
        result = CliRunner().invoke(cli.main, ["drift", "--json", str(later)])
        assert result.exit_code == 0, result.output
        found = {
            (row["endpoint"], row["field"], row["kind"]): row["explained"]
            for row in json.loads(result.stdout)
        }
        assert all(found.values())
        assert ("campaign_activity_details", "template_id", "missing field") in found
        assert ("campaign_activity_details", "document_id", "missing field") not in found


def _resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = document["definitions"][part["$ref"].rpartition("/")[2]]
    return part


def _record_of(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    records = _resolved(document, schema)["properties"]["tracking_activities"]
    return _resolved(document, _resolved(document, records)["items"])


def _add_a_field(document: dict[str, Any], schema: dict[str, Any]) -> None:
    _record_of(document, schema)["properties"]["mood"] = {"type": "string"}


def _remove_a_field(document: dict[str, Any], schema: dict[str, Any]) -> None:
    del _record_of(document, schema)["properties"]["device_type"]


def test_the_embedded_account_is_served_to_any_client() -> None:
    command = [sys.executable, "-m", "ccframes", "demo", "--serve", "--account", "empty"]
    with subprocess.Popen(
        [*command, "--quirks", '{"stat_keys": "dotted"}'], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        base_url, token = said.split(" at ")[1].split()[0], said.split()[-1]
        answer = requests.get(
            f"{base_url}/emails", headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=10) == 0
    assert answer.json() == {"campaigns": []}


@pytest.mark.parametrize(
    "option", [("--account", "large"), ("--quirks", "storm"), ("--port", "0"), ("--throttle", "4")]
)
def test_what_goes_with_serve_is_refused_without_it(option: tuple[str, str]) -> None:
    result = run("demo", *option)
    assert result.exit_code == 2
    assert "goes with --serve" in result.stderr


def test_faults_may_be_given_by_number_on_the_command_line() -> None:
    assert embedded._quirks('{"faults": {"2": 503}}') == {"faults": {2: 503}}
    assert embedded._quirks("storm") == "storm"


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"set -o pipefail; {sys.executable} -m ccframes catalog | head -1"
    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_one_line() -> None:
    command = f"{sys.executable} -m ccframes catalog > /dev/full"
    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "No space left" in result.stderr


def test_an_input_without_ids_says_so(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("")
    result = run("load", "opens", "--demo", "--ids", str(nothing))
    assert "no ids" in result.stderr


@pytest.mark.parametrize("quirks", ["calm", '{"stat_keys": "dashed"}', "{"])
def test_quirks_that_cannot_be_are_refused(quirks: str) -> None:
    result = CliRunner().invoke(cli.main, ["demo", "--serve", "--quirks", quirks])
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
