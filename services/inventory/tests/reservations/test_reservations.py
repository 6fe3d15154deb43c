"""Orders and their endings, as inventory reads them."""

from lintel_inventory.testing import Inventory, cancelled, completed, placed, receipt


async def test_an_order_is_promised_all_its_lines(inventory: Inventory) -> None:
    """Orders confirms on the strength of this event."""
    await inventory.enter(receipt("EGGS", 5), receipt("MILK", 5))

    await inventory.deliver(placed("o1", ("EGGS", 2), ("MILK", 1), ("EGGS", 1)))

    (reserved,) = await inventory.published("StockReserved")
    assert reserved["data"]["lines"] == [{"sku": "EGGS", "quantity": 3}, {"sku": "MILK", "quantity": 1}]
    assert reserved["subject"] == "o1"
    assert reserved["causationid"] == "fact-0"
    assert (await inventory.stock("EGGS"))["reserved"] == 3
    assert await inventory.books_add_up()


async def test_an_order_short_of_one_line_is_promised_none(inventory: Inventory) -> None:
    """All or nothing: half a basket is not what the shopper asked for."""
    await inventory.enter(receipt("EGGS", 5))

    await inventory.deliver(placed("o1", ("EGGS", 2), ("MILK", 1)))

    (rejected,) = await inventory.published("StockReservationRejected")
    assert rejected["data"]["short_lines"] == [{"sku": "MILK", "requested": 1, "available": 0}]
    assert (await inventory.stock("EGGS"))["reserved"] == 0


async def test_two_lines_of_one_product_demand_their_sum(inventory: Inventory) -> None:
    """Elsewhere each line of a batch was checked against the same stock."""
    await inventory.enter(receipt("EGGS", 3))

    await inventory.deliver(placed("o1", ("EGGS", 2), ("EGGS", 2)))

    (rejected,) = await inventory.published("StockReservationRejected")
    assert rejected["data"]["short_lines"] == [{"sku": "EGGS", "requested": 4, "available": 3}]


async def test_an_order_takes_only_the_stock_of_its_store(inventory: Inventory) -> None:
    """Elsewhere shipped orders ate the stock of pickup orders."""
    await inventory.enter(receipt("EGGS", 1), receipt("EGGS", 1, store="S2"))

    await inventory.deliver(placed("o1", ("EGGS", 1)), placed("o2", ("EGGS", 1), store="S2"))

    assert len(await inventory.published("StockReserved")) == 2
    assert (await inventory.stock("EGGS"))["reserved"] == 1


async def test_a_cancelled_order_lets_go(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 2))
    await inventory.deliver(placed("o1", ("EGGS", 2)))

    await inventory.deliver(cancelled("o1"))

    (released,) = await inventory.published("StockReleased")
    assert released["data"]["lines"] == [{"sku": "EGGS", "quantity": 2}]
    assert released["sequence"].endswith("2")
    assert (await inventory.stock("EGGS"))["reserved"] == 0
    assert await inventory.books_add_up()


async def test_a_rejected_order_gives_nothing_back(inventory: Inventory) -> None:
    """It held nothing; elsewhere reserved quantities fell below zero."""
    await inventory.deliver(placed("o1", ("EGGS", 2)), cancelled("o1"))

    assert await inventory.published("StockReleased") == []


async def test_an_end_before_its_beginning_closes_the_order(inventory: Inventory) -> None:
    """No order between replays may leave stock promised to nobody."""
    await inventory.enter(receipt("EGGS", 2))
    await inventory.deliver(cancelled("o1"))

    await inventory.deliver(placed("o1", ("EGGS", 2)))

    assert await inventory.published("StockReserved") == []
    assert await inventory.published("StockReleased") == []
    assert (await inventory.stock("EGGS"))["reserved"] == 0


async def test_a_handed_over_order_leaves_the_ledger_and_the_promise(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5), receipt("MILK", 5))
    await inventory.deliver(placed("o1", ("EGGS", 3), ("MILK", 1)))

    await inventory.deliver(completed("o1", ("EGGS", 2), ("MILK", 0)))

    (issued,) = await inventory.published("StockIssued")
    assert issued["data"]["lines"] == [{"sku": "EGGS", "quantity": 2}]
    eggs, milk = await inventory.stock("EGGS"), await inventory.stock("MILK")
    assert (eggs["on_hand"], eggs["reserved"]) == (3, 0)
    assert (milk["on_hand"], milk["reserved"]) == (5, 0)
    assert await inventory.books_add_up()


async def test_goods_handed_over_for_an_unheard_order_leave_the_ledger_too(inventory: Inventory) -> None:
    """They have left the store, whatever the books knew of the order."""
    await inventory.enter(receipt("EGGS", 5))

    await inventory.deliver(completed("o1", ("EGGS", 2)), placed("o1", ("EGGS", 2)))

    assert (await inventory.stock("EGGS"))["on_hand"] == 3
    assert await inventory.published("StockReserved") == []


async def test_a_position_is_published_once_a_batch_in_its_last_state(inventory: Inventory) -> None:
    """Its topic is compacted: readers want the newest state, not its history."""
    await inventory.enter(receipt("EGGS", 10))

    await inventory.deliver(*(placed(f"o{number}", ("EGGS", 1)) for number in range(5)), cancelled("o1"))

    levels = await inventory.published("StockLevelChanged")
    assert [(level["data"]["reserved"], level["data"]["available"]) for level in levels] == [(0, 10), (4, 6)]
    assert [level["sequence"] for level in levels] == ["0001-000000000001", "0001-000000000002"]
    assert levels[-1]["causationid"] == "fact-5"
    assert levels[-1]["subject"] == "S1|EGGS"
