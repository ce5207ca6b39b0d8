"""Prints the sessions of two calendar libraries as JSON: `library:name` to the last day it knows and its sessions.

A session is a list of spans, each two whole minutes since 1970; spans that touch are one, empty ones are none.
Usage: calendars.py 2026-01-01 2027-12-31 ec:XNYS,pmc:NYSE
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import exchange_calendars
import pandas as pd
import pandas_market_calendars

first, last, names = sys.argv[1:]


def spans(moments):
    joined = []
    for start, end in moments:
        if pd.isna(start) or pd.isna(end) or start == end:
            continue
        span = [int(start.timestamp()) // 60, int(end.timestamp()) // 60]
        if joined and joined[-1][1] == span[0]:
            joined[-1][1] = span[1]
        else:
            joined.append(span)
    return joined


def day_spans(row, opening, closing):
    if pd.notna(row.get("break_start")):
        return spans([(row[opening], row["break_start"]), (row["break_end"], row[closing])])
    return spans([(row[opening], row[closing])])


def of_exchange_calendars(name):
    bound = exchange_calendars.get_calendar(name).bound_max()
    until = min(pd.Timestamp(last), bound) if bound is not None else pd.Timestamp(last)
    schedule = exchange_calendars.get_calendar(name, start=first, end=until).schedule
    days = {day.strftime("%Y%m%d"): day_spans(row, "open", "close") for day, row in schedule.iterrows()}
    return {"until": until.strftime("%Y%m%d"), "days": days}


def of_market_calendars(name):
    schedule = pandas_market_calendars.get_calendar(name).schedule(first, last)
    days = {day.strftime("%Y%m%d"): day_spans(row, "market_open", "market_close") for day, row in schedule.iterrows()}
    return {"until": last.replace("-", ""), "days": days}


readers = {"ec": of_exchange_calendars, "pmc": of_market_calendars}
print(json.dumps({key: readers[key.split(":")[0]](key.split(":")[1]) for key in names.split(",")}))
