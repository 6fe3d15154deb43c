"""Customers have pseudonyms; orders and sales belong to those. What subjects there are get theirs here."""

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    "CREATE TABLE customers (subject text PRIMARY KEY, pseudonym text NOT NULL UNIQUE)",
    "INSERT INTO customers SELECT owner, gen_random_uuid()::text FROM (SELECT DISTINCT owner FROM orders) AS known",
    "ALTER TABLE orders ALTER COLUMN owner DROP NOT NULL",
    "UPDATE orders o SET owner = c.pseudonym FROM customers c WHERE c.subject = o.owner",
    """
    ALTER TABLE orders ADD CONSTRAINT orders_owner_customer
        FOREIGN KEY (owner) REFERENCES customers (pseudonym) ON DELETE SET NULL
    """,
    "ALTER TABLE sales ADD COLUMN owner text",
    """
    INSERT INTO customers SELECT subject, gen_random_uuid()::text
    FROM (SELECT DISTINCT coalesce(content ->> 'customer_id', content ->> 'visitor_id') AS subject FROM sales) AS known
    WHERE subject IS NOT NULL ON CONFLICT DO NOTHING
    """,
    """
    UPDATE sales s SET owner = c.pseudonym, content = (s.content::jsonb - '{customer_id,visitor_id}'::text[])::json
    FROM customers c WHERE c.subject = coalesce(s.content ->> 'customer_id', s.content ->> 'visitor_id')
    """,
    """
    ALTER TABLE sales ADD CONSTRAINT sales_owner_customer
        FOREIGN KEY (owner) REFERENCES customers (pseudonym) ON DELETE SET NULL
    """,
    "CREATE INDEX sales_owner ON sales (owner) WHERE owner IS NOT NULL",
)
_COMMENTS = {
    "TABLE customers": "the only place that joins the two; deleting a row forgets the person",
    "COLUMN customers.subject": "of tokens: who the person is to the retailer",
    "COLUMN customers.pseudonym": "random; who the person is everywhere else",
    "COLUMN orders.owner": "pseudonym; null once forgotten",
    "COLUMN sales.owner": "pseudonym of the customer the till named; null for nobody, and once forgotten",
    "COLUMN sales.content": "as the till sent it, without whom it sold to",
    "TABLE contacts": "with customers the only personal data of the system",
}


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
    for place, comment in _COMMENTS.items():
        op.execute(f"COMMENT ON {place} IS '{comment}'")
