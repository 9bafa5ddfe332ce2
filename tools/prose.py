"""How much of the prose is understood: the sentences of tests/cases_prose/sentences.csv, scored.

Recall is the share of the statements written down that are found, precision the share of those found that are
written down. Half 1 was at hand when the rules were written, half 2 was not. ``-v`` lists what went wrong.
"""

import argparse
from collections import Counter
from collections.abc import Sequence

from tests.cases_prose.sentences import Sentence, sentences


def main(arguments: Sequence[str] | None = None) -> None:
    """Print recall and precision of each half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args(arguments)
    for half in ("1", "2", "3", "4", "5", "6", "7", "8"):
        _score(half, [sentence for sentence in sentences() if sentence.half == half], verbose=options.verbose)


def _score(half: str, held: Sequence[Sentence], *, verbose: bool) -> None:
    right: Counter[str] = Counter()
    for sentence in held:
        found, stated = sentence.found(), sentence.states
        right += Counter(both=(found & stated).total(), found=found.total(), stated=stated.total())
        if verbose and found != stated:
            print(f"  {sentence.text}\n    lost {dict(stated - found)} false {dict(found - stated)}")
    print(
        f"half {half}: {len(held)} sentences, {right['stated']} statements, "
        f"recall {right['both'] / right['stated']:.1%}, precision {right['both'] / right['found']:.1%}"
    )


if __name__ == "__main__":
    main()
