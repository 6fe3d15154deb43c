"""What picking publishes changes promises as a fact."""

from lintel_inventory.testing import Inventory, completed, placed, receipt, short_picked, substituted


async def test_a_short_pick_frees_the_promise_and_opens_an_incident(inventory: Inventory) -> None:
    """on_hand stays: only a count may say what is on the shelf."""
    await inventory.enter(receipt("EGGS", 5))
    await inventory.deliver(placed("o1", ("EGGS", 3)), placed("o2", ("EGGS", 1)))

    await inventory.deliver(short_picked("o1", "EGGS", ordered=3, picked=1))

    eggs = await inventory.stock("EGGS")
    assert (eggs["on_hand"], eggs["reserved"]) == (5, 2)
    (found,) = await inventory.published("StockDiscrepancyFound")
    assert (found["data"]["cause"], found["data"]["document"]) == ("short_pick", "o1/0")
    assert set(found["data"]["orders_at_risk"]) == {"o1", "o2"}
    assert await inventory.books_add_up()


async def test_a_short_pick_delivered_twice_counts_once(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5))
    await inventory.deliver(placed("o1", ("EGGS", 3)), short_picked("o1", "EGGS", ordered=3, picked=1))

    await inventory.deliver(short_picked("o1", "EGGS", ordered=3, picked=1))

    assert (await inventory.stock("EGGS"))["reserved"] == 1
    assert len(await inventory.published("StockDiscrepancyFound")) == 1


async def test_a_substitute_is_promised_even_into_the_negative(inventory: Inventory) -> None:
    """It lies in the picker's basket already."""
    await inventory.enter(receipt("EGGS", 5), receipt("BIO-EGGS", 1))
    await inventory.deliver(placed("o1", ("EGGS", 3)), short_picked("o1", "EGGS", ordered=3, picked=1))

    await inventory.deliver(substituted("o1", "EGGS", "BIO-EGGS", 2))
    await inventory.deliver(substituted("o1", "EGGS", "BIO-EGGS", 2))

    bio = await inventory.stock("BIO-EGGS")
    assert (bio["on_hand"], bio["reserved"]) == (1, 2)
    assert await inventory.books_add_up()


async def test_a_picked_order_issues_what_was_handed_over(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5), receipt("BIO-EGGS", 5))
    await inventory.deliver(
        placed("o1", ("EGGS", 3)),
        short_picked("o1", "EGGS", ordered=3, picked=1),
        substituted("o1", "EGGS", "BIO-EGGS", 2),
    )

    await inventory.deliver(completed("o1", ("EGGS", 1), ("BIO-EGGS", 2)))

    eggs, bio = await inventory.stock("EGGS"), await inventory.stock("BIO-EGGS")
    assert (eggs["on_hand"], eggs["reserved"]) == (4, 0)
    assert (bio["on_hand"], bio["reserved"]) == (3, 0)
    assert await inventory.books_add_up()


async def test_picking_delivered_after_the_end_changes_nothing(inventory: Inventory) -> None:
    """Two topics know no order between them."""
    await inventory.enter(receipt("EGGS", 5))
    await inventory.deliver(placed("o1", ("EGGS", 3)), completed("o1", ("EGGS", 3)))
    before = len(await inventory.published())

    await inventory.deliver(
        short_picked("o1", "EGGS", ordered=3, picked=1),
        substituted("o1", "EGGS", "MILK", 2),
        short_picked("never", "EGGS", ordered=3, picked=1),
    )

    assert len(await inventory.published()) == before
    assert await inventory.books_add_up()
