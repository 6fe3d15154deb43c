"""The mutants fit the code as it is now; `make mutants` shows that the tests notice them."""

import pytest

from tests.chaos.mutants import MUTANTS, ROOT, Mutant, mutated


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_every_mutant_still_changes_what_it_is_meant_to(mutant: Mutant) -> None:
    """A replacement that finds nothing would let the tests look sharper than they are."""
    file, _, name = mutant.test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()
    with mutated(mutant.edits) as libraries:
        for edit in mutant.edits:
            compile((libraries / edit.file).read_text(), edit.file, "exec")
