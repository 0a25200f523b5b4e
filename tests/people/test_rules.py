"""What a login name, an address and a password may be; and what a hash costs, known account or not."""

from __future__ import annotations

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.kernel.errors import Invalid
from planner.kernel.permissions import RANK, Role
from planner.people import passwords, rules


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("lead", "lead"), (" Xiao.Yu-1 ", "xiao.yu-1"), ("ＬＥＡＤ", "lead"), ("小雨", "小雨"), ("a_" * 20, "a_" * 20)],
)
def test_login_names_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert rules.read_login(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "a b", "a@b.c", "a/b", "a" * 41, "ё" * 5, "a\u200bb", "<b>", "../x"])
def test_other_login_names_are_refused_at_their_field(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.read_login(typed)
    assert list(caught.value.fields) == ["login"]


@given(st.text(max_size=60))
@settings(deadline=None)
def test_reading_a_login_name_twice_changes_nothing(typed: str) -> None:
    try:
        kept = rules.read_login(typed)
    except Invalid:
        return
    assert rules.read_login(kept) == kept


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "晨光美妆直播间今晚八点开始卖货",
        "x7!kQ2#vB9pL",
        "a-long-enough-secret-7",
        "é" * 3 + "lan vital",
    ],
)
def test_good_passwords(password: str) -> None:
    rules.check_password(password, "lead")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short-7!", "at least 12"),
        ("", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaaaa", "too easy"),
        ("abababababababab", "too easy"),
        ("123456789012345", "too easy"),
        ("abcdefghijklmnop", "too easy"),
        ("PasswordPassword", "too easy"),
        ("password123456", "too easy"),
        ("qwertyqwerty12", "too easy"),
        ("xiaoyuxiaoyu12", "too easy"),
        ("ＰＡＳＳＷＯＲＤ１２３４", "too easy"),
        ("p a s s w o r d 1 2 3 4", "too easy"),
    ],
)
def test_bad_passwords_say_why(password: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_password(password, "xiaoyu", "new")
    assert words in str(caught.value.fields["new"])


@pytest.mark.parametrize("address", ["a@b", "xiao.yu+1@mail.example.org", "mi@例子.中国"])
def test_mail_addresses(address: str) -> None:
    assert rules.read_mail(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    ["", "a", "@b", "a@", "a@b c", "a@b\nBcc: c@d", "a@b,c@d", "a..b@c", ".a@b", "<a@b>", "a@" + "b" * 300, "a@b..c"],
)
def test_what_is_no_mail_address(address: str) -> None:
    with pytest.raises(Invalid):
        rules.read_mail(address)


@given(st.sampled_from([None, *Role]), st.sampled_from(list(Role)))
def test_nobody_manages_above_their_own_level(who: Role | None, target: Role) -> None:
    manages = rules.may_manage(who, target, actor_is_admin=False)
    assert manages == (who in (Role.LEAD, Role.MANAGER) and RANK[target] <= RANK[who])
    assert rules.may_manage(who, target, actor_is_admin=True)


def test_nobodys_hash_costs_as_much_as_anybodys() -> None:
    asked = argon2.PasswordHasher()
    assert not asked.check_needs_rehash(passwords._NOBODY), "other parameters answer in another time"
    assert argon2.extract_parameters(passwords._NOBODY).memory_cost >= 64 * 1024
    assert not passwords.matches("x", None)
    assert not passwords.matches("", None)
    assert not passwords.matches("x", "no hash at all")


def test_a_hash_fits_its_password_only() -> None:
    kept = passwords.hash_password("a-long-enough-secret-7")
    assert kept != passwords.hash_password("a-long-enough-secret-7")
    assert passwords.matches("a-long-enough-secret-7", kept)
    assert not passwords.matches("a-long-enough-secret-8", kept)


def test_tokens_repeat_for_a_repeat_only() -> None:
    assert passwords.token_for("a", "s") == passwords.token_for("a", "s")
    assert len({passwords.token_for("a", "s"), passwords.token_for("b", "s"), passwords.token_for("a", "t")}) == 3
    assert passwords.token_for("", "s") != passwords.token_for("", "s")
    assert passwords.digest("a") != "a"
