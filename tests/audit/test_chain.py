from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import chain
from audit.chain import Entry, Verdict, Walk

texts = st.lists(st.text(max_size=6), max_size=5)

AN_ENTRY = Entry(
    stream="case:1",
    seq=1,
    at="2027-01-01T00:00:00.000000Z",
    actor_kind="person",
    actor_user=7,
    actor_ref="",
    action="case.opened",
    object_type="offboarding.terminationcase",
    object_id="1",
    details="{}",
    request_id="",
    commitment="",
    prev_hash=chain.GENESIS,
)


def a_chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    previous = chain.GENESIS
    for seq in range(1, length + 1):
        entry = replace(AN_ENTRY, seq=seq, prev_hash=previous, object_id=str(seq))
        entry = replace(entry, hash=entry.digest())
        entries.append(entry)
        previous = entry.hash
    return entries


def first_problem(entries: list[Entry]) -> tuple[Verdict, int | None] | None:
    walk = Walk("case:1")
    for entry in entries:
        if problem := walk.step(entry, None):
            return problem.verdict, problem.seq
    return None


@given(texts, texts)
def test_two_lists_of_fields_give_the_same_bytes_only_if_they_are_the_same(one, other):
    assert (chain.encode(one) == chain.encode(other)) == (one == other)


@given(st.text(min_size=1, max_size=8), st.integers(min_value=0, max_value=8))
def test_moving_text_from_one_field_to_the_next_changes_the_bytes(text, cut):
    whole, moved = [text, ""], [text[:cut], text[cut:]]
    assert (chain.encode(whole) == chain.encode(moved)) == (whole == moved)


@given(st.text(max_size=10), st.text(min_size=1, max_size=10))
def test_a_longer_list_is_never_mistaken_for_a_shorter_one(field, more):
    assert chain.encode([field]) != chain.encode([field, ""])
    assert chain.encode([field, more]) != chain.encode([field + more])


@pytest.mark.parametrize("name", [f.name for f in fields(Entry) if f.name != "hash"])
def test_every_field_of_an_event_is_under_its_hash(name):
    value = getattr(AN_ENTRY, name)
    other = value + 1 if isinstance(value, int) else f"{value}x"
    assert replace(AN_ENTRY, **{name: other}).digest() != AN_ENTRY.digest()


def test_the_hash_of_an_event_never_changes_between_versions():
    # A changed rule would break every trail that is already written.
    assert AN_ENTRY.digest() == ("4259807d9e533076f8278d4f063d44e83794a202d9e66322ea9ff9e432ba018c")


def test_a_whole_chain_has_no_problem():
    assert first_problem(a_chain(6)) is None


def test_a_changed_event_is_named():
    entries = a_chain(6)
    entries[2] = replace(entries[2], action="case.closed")
    assert first_problem(entries) == (Verdict.ALTERED, 3)


def test_a_changed_event_with_a_new_hash_is_named_by_the_one_after_it():
    entries = a_chain(6)
    forged = replace(entries[2], action="case.closed")
    entries[2] = replace(forged, hash=forged.digest())
    assert first_problem(entries) == (Verdict.ALTERED, 3)


def test_a_first_event_that_continues_something_is_named():
    entries = a_chain(3)
    forged = replace(entries[0], prev_hash="1" * 64)
    entries[0] = replace(forged, hash=forged.digest())
    assert first_problem(entries) == (Verdict.ALTERED, 1)


def test_a_removed_event_is_a_gap():
    entries = a_chain(6)
    del entries[2]
    assert first_problem(entries) == (Verdict.GAP_OR_ORDER, 3)


def test_a_removed_event_with_those_after_it_renumbered_is_still_found():
    entries = a_chain(6)
    del entries[2]
    entries = [replace(entry, seq=seq) for seq, entry in enumerate(entries, 1)]
    assert first_problem(entries) == (Verdict.GAP_OR_ORDER, 3)


def test_two_swapped_events_are_out_of_order():
    entries = a_chain(6)
    entries[2], entries[3] = replace(entries[3], seq=3), replace(entries[2], seq=4)
    assert first_problem(entries) == (Verdict.GAP_OR_ORDER, 3)


def test_an_inserted_event_pushes_the_next_out_of_its_place():
    entries = a_chain(4)
    forged = replace(entries[2], action="case.withdrawn")
    forged = replace(forged, hash=forged.digest())
    later = [replace(entry, seq=entry.seq + 1) for entry in entries[2:]]
    assert first_problem([*entries[:2], forged, *later]) == (Verdict.GAP_OR_ORDER, 4)


def test_a_place_taken_twice_is_out_of_order():
    entries = a_chain(3)
    assert first_problem([*entries, entries[2]]) == (Verdict.GAP_OR_ORDER, 4)


@given(st.lists(st.tuples(st.text(max_size=4), st.integers(1, 9), st.just("a" * 64)), max_size=9))
def test_a_merkle_root_depends_on_every_leaf(leaves):
    root = chain.merkle_root(leaves)
    for index, (stream, seq, _hash) in enumerate(leaves):
        changed = [*leaves]
        changed[index] = (stream, seq, "b" * 64)
        assert chain.merkle_root(changed) != root
    assert chain.merkle_root([*leaves, ("case:1", 1, "c" * 64)]) != root
