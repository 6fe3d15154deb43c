"""The baseline: FastAPI and asyncpg with nothing around them, as one would write it first.

`POST /orders` does one UPDATE and one INSERT in a transaction; `GET /products/{sku}` runs one SELECT.
"""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel

PRODUCT = "SELECT shown FROM bare_products WHERE sku = $1"


class Order(BaseModel):
    sku: str
    quantity: int
    channel: str


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["BARE_DATABASE_URL"], min_size=4, max_size=16)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=_pool)


@app.post("/orders", status_code=201)
async def place(order: Order) -> dict[str, Any]:
    order_id = uuid.uuid4()
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE bare_stock SET reserved = reserved + $2 WHERE sku = $1", order.sku, order.quantity
        )
        await connection.execute(
            "INSERT INTO bare_orders (id, sku, quantity) VALUES ($1, $2, $3)", order_id, order.sku, order.quantity
        )
    return {"id": str(order_id), "sku": order.sku, "quantity": order.quantity, "status": "confirmed"}


@app.get("/products/{sku}")
async def product(sku: str) -> Response:
    async with app.state.pool.acquire() as connection:
        return Response(await connection.fetchval(PRODUCT, sku), media_type="application/json")


SCHEMA = """
CREATE TABLE IF NOT EXISTS bare_stock (sku text PRIMARY KEY, reserved integer NOT NULL);
CREATE TABLE IF NOT EXISTS bare_orders (id uuid PRIMARY KEY, sku text NOT NULL, quantity integer NOT NULL);
CREATE TABLE IF NOT EXISTS bare_products (sku text PRIMARY KEY, shown text NOT NULL);
TRUNCATE bare_stock, bare_orders, bare_products;
INSERT INTO bare_stock SELECT 'SKU-' || n, 0 FROM generate_series(1, 2000) n;
INSERT INTO bare_products SELECT 'SKU-' || n, '{"sku": "SKU-' || n || '", "name": "' || repeat('x', 400) || '"}'
FROM generate_series(1, 2000) n;
"""

if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(os.environ["BARE_PORT"]), loop="uvloop", http="httptools", log_level="warning",
        access_log=False,
    )  # fmt: skip
