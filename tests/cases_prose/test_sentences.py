"""Sentences as real reports have them: what each states is found, and nothing else."""

from collections import Counter

import pytest

from tests.cases_prose.sentences import Sentence, sentences

# The share of the statements that is found in all sentences together.
_LEAST_RECALL = 0.93


@pytest.mark.parametrize("sentence", sentences(), ids=lambda sentence: sentence.text[:24])
def test_no_false_statement(sentence: Sentence) -> None:
    assert sentence.found() - sentence.states == Counter()


def test_most_statements_are_found() -> None:
    held = sentences()
    both = sum((sentence.found() & sentence.states).total() for sentence in held)
    assert both / sum(sentence.states.total() for sentence in held) >= _LEAST_RECALL
