"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from planner.base.forms import NumberField, WholeField


class Sample(Form):
    number = NumberField("number")
    whole = WholeField("whole")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10万", "100000"), ("1.2万", "12000"), ("1,200.5", "1200.5"), ("１２３", "123"), ("￥1，200", "1200"),
        ("¥99.90", "99.90"), ("12.3%", "0.123"), ("3亿", "300000000"), ("2w", "20000"), (" 7 ", "7"), ("-5", "-5"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(app: Flask, typed: str, meant: str) -> None:
    with app.test_request_context():
        form = Sample(MultiDict({"number": typed}))
        assert form.validate(), form.errors
        assert form.number.data == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["一万", "1e999999999", "1e-999999999999", "nan", "inf", "万", "%", "1.2.3", "9" * 500, "0x10"]
)
def test_what_is_no_number_is_said_and_stays_in_the_field(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = Sample(MultiDict({"number": typed, "whole": typed}))
        assert not form.validate()
        assert form.number.data is None
        assert form.whole.data is None
        assert typed in str(form.number())
