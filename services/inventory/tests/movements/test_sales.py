"""Sales and returns at the till: facts, whatever the books say."""

from datetime import timedelta

from lintel_inventory.testing import START, Inventory, counted, placed, receipt, sale


async def test_a_sale_moves_stock_once_however_often_it_is_delivered(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5))

    await inventory.deliver(sale("s1", ("EGGS", 2)))
    await inventory.deliver(sale("s1", ("EGGS", 2)), sale("s1", ("EGGS", 2)))

    assert (await inventory.stock("EGGS"))["on_hand"] == 3
    assert await inventory.books_add_up()


async def test_a_sale_of_an_unknown_product_is_accepted(inventory: Inventory) -> None:
    """The goods have left the store already; the conflict becomes an incident."""
    await inventory.deliver(sale("s1", ("EGGS", 2)))

    assert (await inventory.stock("EGGS"))["on_hand"] == -2
    (found,) = await inventory.published("StockDiscrepancyFound")
    assert (found["data"]["cause"], found["data"]["available"]) == ("sale", -2)


async def test_a_sale_of_promised_stock_names_the_orders_at_risk(inventory: Inventory) -> None:
    """Paid, but no stock: orders compensates the newest first."""
    await inventory.enter(receipt("EGGS", 3))
    await inventory.deliver(placed("o1", ("EGGS", 1)))
    await inventory.deliver(placed("o2", ("EGGS", 1)))

    await inventory.deliver(sale("s1", ("EGGS", 2)), placed("o3", ("EGGS", 1)))

    (found,) = await inventory.published("StockDiscrepancyFound")
    assert found["data"]["orders_at_risk"] == ["o2", "o1"]
    assert found["data"]["available"] == -1
    assert len(await inventory.published("StockReservationRejected")) == 1


async def test_levels_and_incidents_of_a_place_share_one_sequence(inventory: Inventory) -> None:
    """Consumers drop what is not above the last sequence seen for its subject."""
    await inventory.deliver(sale("s1", ("EGGS", 2)), sale("s2", ("EGGS", 1)))
    await inventory.deliver(sale("s3", ("EGGS", 1)))

    about = [event for event in await inventory.published() if event["subject"] == "S1|EGGS"]
    assert [int(event["sequence"].partition("-")[2]) for event in about] == [1, 2, 3, 4, 5]
    assert [event["type"].split(".")[1] for event in about] == [
        "StockLevelChanged",
        "StockDiscrepancyFound",
        "StockDiscrepancyFound",
        "StockLevelChanged",
        "StockDiscrepancyFound",
    ]


async def test_a_return_at_the_till_comes_back_into_stock(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5))

    await inventory.deliver(sale("s1", ("EGGS", 2)), sale("s2", ("EGGS", 1), returns="s1"))

    assert (await inventory.stock("EGGS"))["on_hand"] == 4


async def test_a_sale_that_pays_an_order_moves_no_stock(inventory: Inventory) -> None:
    """Its goods leave with the order's completion; they would be counted twice."""
    await inventory.enter(receipt("EGGS", 5))

    await inventory.deliver(sale("s1", ("EGGS", 2), order_id="o1"))

    assert (await inventory.stock("EGGS"))["on_hand"] == 5


async def test_a_sale_older_than_the_last_count_is_absorbed(inventory: Inventory) -> None:
    """A till uploads its offline sales after the shelf was counted: the count has seen them."""
    await inventory.enter(counted("EGGS", 4, expected=0, at=START))

    await inventory.deliver(
        sale("s1", ("EGGS", 2), at=START - timedelta(hours=1)), sale("s2", ("EGGS", 1), at=START + timedelta(minutes=1))
    )

    assert (await inventory.stock("EGGS"))["on_hand"] == 3
    booked = await inventory.pool.fetch(
        "SELECT quantity, on_hand_delta, absorbed FROM movements WHERE kind = 'sale' ORDER BY occurred_at"
    )
    assert [tuple(row) for row in booked] == [(2, 0, True), (1, -1, False)]
    assert await inventory.books_add_up()


async def test_a_fact_that_heals_opens_no_incident(inventory: Inventory) -> None:
    """Still below zero, but less so: nothing is new to the open incident."""
    await inventory.deliver(sale("s1", ("EGGS", 5)))

    await inventory.deliver(sale("s2", ("EGGS", 1), returns="s1"))
    await inventory.enter(receipt("EGGS", 1))

    assert (await inventory.stock("EGGS"))["on_hand"] == -3
    assert len(await inventory.published("StockDiscrepancyFound")) == 1


async def test_a_count_below_what_is_promised_opens_an_incident(inventory: Inventory) -> None:
    await inventory.enter(receipt("EGGS", 5))
    await inventory.deliver(placed("o1", ("EGGS", 4)))

    await inventory.enter(counted("EGGS", 3, expected=5))

    (found,) = await inventory.published("StockDiscrepancyFound")
    assert (found["data"]["cause"], found["data"]["document"]) == ("count", "count")
    assert found["data"]["orders_at_risk"] == ["o1"]


async def test_a_count_that_agrees_with_the_books_is_noted_and_not_published(inventory: Inventory) -> None:
    """The level is what it was; what happened before is absorbed from now on."""
    await inventory.enter(receipt("EGGS", 5))

    await inventory.enter(counted("EGGS", 5, expected=5))
    await inventory.deliver(sale("s1", ("EGGS", 1), at=START))

    assert len(await inventory.published("StockLevelChanged")) == 1
    assert (await inventory.stock("EGGS"))["on_hand"] == 5
