"""The menu report: keys, exits, and where callers hang up."""

from __future__ import annotations

from pbx.events import MenuChoice, MenuEntered, MenuLeft
from stats.clock import Period
from stats.menu_report import MenuExit, MenuOption, menu_report
from store.engine import Database
from tests.unit.stats.day import NINE, Day


async def test_what_callers_key_and_where_they_leave(database: Database) -> None:
    day = Day()
    for number, keys in enumerate(("1", "1", "2")):
        call = f"c{number}"
        day.started(call, number)
        day.at(number, MenuEntered("main", "es"), call)
        day.at(number + 4, MenuChoice("main", "root", keys, "option"), call)
        day.at(number + 4, MenuLeft("main", "root", "queue:sales" if keys == "1" else "queue:support"), call)
    day.started("lost", 10)
    day.at(10, MenuEntered("main", "es"), "lost")
    day.at(15, MenuChoice("main", "root", "7", "wrong"), "lost")
    day.at(20, MenuChoice("main", "root", "", "none"), "lost")
    day.ended("lost", 22, "abandoned", queue=None)
    day.started("inside", 30)
    day.at(30, MenuEntered("main", "es"), "inside")
    await day.apply(database)
    async with database.session() as session:
        (row,) = await menu_report(session, Period(NINE, NINE + 60))
        assert await menu_report(session, Period(NINE, NINE + 60), only="survey") == []
    assert (row.menu, row.entered, row.abandoned, row.wrong, row.no_answer) == ("main", 4, 1, 1, 1)
    assert row.stay_s == (4 + 4 + 4 + 12) / 4
    assert row.options == [MenuOption("root", "1", "option", 2), MenuOption("root", "2", "option", 1)]
    assert row.exits == [
        MenuExit("root", "queue:sales", 2),
        MenuExit("root", "abandoned", 1),
        MenuExit("root", "queue:support", 1),
    ]
