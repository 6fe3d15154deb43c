"""The routes of policies."""

from typing import Annotated

from fastapi import Path

from lintel_chassis.http.routes import Router
from lintel_contracts.values import StoreCode
from lintel_pickup.callers import Anybody, Operations
from lintel_pickup.policies import commands, queries
from lintel_pickup.policies.schemas import PolicyInput, PolicyView

router = Router(tags=["pickup"])

OfStore = Annotated[StoreCode, Path()]


@router.put("/v1/pickup-policies/{store_code}")
async def put_policy(store_code: OfStore, body: PolicyInput, call: Operations) -> PolicyView:
    policy = body.policy()
    commands.put_policy(call.unit, store_code, policy)
    return PolicyView.of(store_code, policy)


@router.get("/v1/pickup-policies/{store_code}")
async def show_policy(store_code: OfStore, call: Anybody) -> PolicyView:
    return PolicyView.of(store_code, await queries.policy_at(call.unit, store_code))
