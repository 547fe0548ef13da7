"""initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account")),
    )
    op.create_table(
        "agent_state",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_agent_state")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("is_read_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("last_used_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index("ix_api_token_login", "api_token", ["login"], unique=False)
    op.create_index("ix_api_token_token_hash", "api_token", ["token_hash"], unique=True)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_by_id", "audit_entry", ["by", "id"], unique=False)
    op.create_index("ix_audit_entry_kind_name_id", "audit_entry", ["kind", "name", "id"], unique=False)
    op.create_table(
        "bitrix_call",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("portal_id", sa.String(length=128), nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_bitrix_call")),
    )
    op.create_table(
        "block_rule",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_rule")),
        sa.UniqueConstraint("number", "scope", name="uq_block_rule_number"),
    )
    op.create_index("ix_block_rule_created_at", "block_rule", ["created_at", "id"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("caller_number", sa.String(length=32), nullable=True),
        sa.Column("caller_name", sa.String(length=200), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("dialled", sa.String(length=128), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("trunk", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=True),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("wait_s", sa.Double(), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("recording_id", sa.String(length=36), nullable=True),
        sa.Column("campaign", sa.String(length=64), nullable=True),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("ix_call_agent", "call", ["agent", "started_at", "id"], unique=False)
    op.create_index("ix_call_caller", "call", ["caller_number", "started_at", "id"], unique=False)
    op.create_index("ix_call_contact", "call", ["contact_id", "started_at", "id"], unique=False)
    op.create_index("ix_call_dialled", "call", ["dialled", "started_at", "id"], unique=False)
    op.create_index(
        "ix_call_live",
        "call",
        ["started_at", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_call_queue", "call", ["queue", "started_at", "id"], unique=False)
    op.create_index("ix_call_recording", "call", ["recording_id"], unique=False)
    op.create_index("ix_call_result", "call", ["result", "started_at", "id"], unique=False)
    op.create_index("ix_call_started", "call", ["started_at", "id"], unique=False)
    op.create_table(
        "call_disposition",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_disposition")),
    )
    op.create_index("ix_call_disposition_at", "call_disposition", ["at", "queue"], unique=False)
    op.create_table(
        "call_link",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("lead_id", sa.String(length=36), nullable=True),
        sa.Column("deal_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_link")),
    )
    op.create_index("ix_call_link_deal", "call_link", ["deal_id"], unique=False)
    op.create_index("ix_call_link_lead", "call_link", ["lead_id"], unique=False)
    op.create_table(
        "call_participant",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "login", name=op.f("pk_call_participant")),
    )
    op.create_index("ix_call_participant_login", "call_participant", ["login", "started_at", "call_id"], unique=False)
    op.create_table(
        "company",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_index("ix_company_name", "company", ["name"], unique=False)
    op.create_table(
        "company_part",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", "version", name=op.f("pk_company_part")),
    )
    op.create_index("ix_company_part_current", "company_part", ["is_current", "kind", "name"], unique=False)
    op.create_table(
        "do_not_call",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_do_not_call")),
    )
    op.create_index("ix_do_not_call_created_at", "do_not_call", ["created_at", "number"], unique=False)
    op.create_table(
        "event_log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_log")),
        sa.UniqueConstraint("id", name="uq_event_log_id"),
    )
    op.create_index("ix_event_log_call_id_seq", "event_log", ["call_id", "seq"], unique=False)
    op.create_index("ix_event_log_type_seq", "event_log", ["type", "seq"], unique=False)
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "journal_position",
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_journal_position")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_call", "note", ["call_id", "id"], unique=False)
    op.create_table(
        "projection_fault",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("projection", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_projection_fault")),
    )
    op.create_table(
        "push_key",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_key")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("auth", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
    )
    op.create_index("ix_push_subscription_login", "push_subscription", ["login"], unique=False)
    op.create_index("ix_push_subscription_session_hash", "push_subscription", ["session_hash"], unique=True)
    op.create_table(
        "reaction_done",
        sa.Column("reaction", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("reaction", "event_id", name=op.f("pk_reaction_done")),
    )
    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("spool", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("channels", sa.BigInteger(), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("missing", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("pauses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=True),
        sa.Column("keep_days", sa.BigInteger(), nullable=True),
        sa.Column("held_at", sa.Double(), nullable=True),
        sa.Column("held_by", sa.String(length=64), nullable=True),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.Column("deleted_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"], unique=False)
    op.create_index("ix_recording_state", "recording", ["state", "started_at"], unique=False)
    op.create_table(
        "report_mail_sent",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("period_end", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_report_mail_sent")),
    )
    op.create_table(
        "rule_mail",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_mail")),
    )
    op.create_index("ix_rule_mail_due", "rule_mail", ["finished_at", "next_at"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "sip_credential",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("realm", sa.String(length=255), nullable=False),
        sa.Column("ha1_md5", sa.String(length=32), nullable=False),
        sa.Column("ha1_sha256", sa.String(length=64), nullable=False),
        sa.Column("ha1_sha512_256", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_sip_credential")),
    )
    op.create_table(
        "stat_agent_now",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("span", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_stat_agent_now")),
    )
    op.create_table(
        "stat_agent_time",
        sa.Column("span", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("span", "at", name=op.f("pk_stat_agent_time")),
    )
    op.create_index("ix_stat_agent_time_at", "stat_agent_time", ["at", "login"], unique=False)
    op.create_table(
        "stat_call",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("dialled", sa.String(length=128), nullable=False),
        sa.Column("starter", sa.String(length=64), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("trunk", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("wait_s", sa.Double(), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_stat_call")),
    )
    op.create_index("ix_stat_call_ended_at", "stat_call", ["ended_at"], unique=False)
    op.create_index("ix_stat_call_started_at", "stat_call", ["started_at", "dialled"], unique=False)
    op.create_table(
        "stat_callback",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("callback_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("wait_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_callback")),
    )
    op.create_index("ix_stat_callback_at", "stat_callback", ["at", "queue"], unique=False)
    op.create_index(op.f("ix_stat_callback_callback_id"), "stat_callback", ["callback_id"], unique=False)
    op.create_table(
        "stat_campaign_try",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("talk_s", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_campaign_try")),
    )
    op.create_index(op.f("ix_stat_campaign_try_call_id"), "stat_campaign_try", ["call_id"], unique=False)
    op.create_index("ix_stat_campaign_try_campaign", "stat_campaign_try", ["campaign", "at", "id"], unique=False)
    op.create_table(
        "stat_conversation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=True),
        sa.Column("wrap_up_s", sa.Double(), nullable=False),
        sa.Column("was_transferred", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "role", name=op.f("pk_stat_conversation")),
    )
    op.create_index("ix_stat_conversation_call_id", "stat_conversation", ["call_id"], unique=False)
    op.create_index("ix_stat_conversation_login", "stat_conversation", ["login", "started_at"], unique=False)
    op.create_index("ix_stat_conversation_started_at", "stat_conversation", ["started_at", "queue"], unique=False)
    op.create_table(
        "stat_menu_key",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("menu", sa.String(length=64), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("keys", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_menu_key")),
    )
    op.create_index("ix_stat_menu_key_at", "stat_menu_key", ["at", "menu"], unique=False)
    op.create_table(
        "stat_menu_visit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("menu", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=True),
        sa.Column("left_to", sa.String(length=128), nullable=True),
        sa.Column("last_node", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_menu_visit")),
    )
    op.create_index("ix_stat_menu_visit_call_id", "stat_menu_visit", ["call_id"], unique=False)
    op.create_index("ix_stat_menu_visit_entered_at", "stat_menu_visit", ["entered_at", "menu"], unique=False)
    op.create_table(
        "stat_offer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("ring_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_offer")),
    )
    op.create_index("ix_stat_offer_at", "stat_offer", ["at", "login"], unique=False)
    op.create_index("ix_stat_offer_call_id", "stat_offer", ["call_id", "login"], unique=False)
    op.create_table(
        "stat_queue_visit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.Double(), nullable=False),
        sa.Column("local_hour", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=True),
        sa.Column("wait_s", sa.Double(), nullable=True),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_queue_visit")),
    )
    op.create_index("ix_stat_queue_visit_call_id", "stat_queue_visit", ["call_id"], unique=False)
    op.create_index("ix_stat_queue_visit_joined_at", "stat_queue_visit", ["joined_at", "queue"], unique=False)
    op.create_table(
        "trunk_credential",
        sa.Column("trunk", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("trunk", name=op.f("pk_trunk_credential")),
    )
    op.create_table(
        "voicemail",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("box", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("caller_number", sa.String(length=32), nullable=True),
        sa.Column("spool", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.Double(), nullable=True),
        sa.Column("mailed_at", sa.Double(), nullable=True),
        sa.Column("transcript", sa.Text(), nullable=True),
        sa.Column("transcribed_at", sa.Double(), nullable=True),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.Column("deleted_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail")),
    )
    op.create_index("ix_voicemail_box_received_at", "voicemail", ["box", "received_at", "id"], unique=False)
    op.create_index("ix_voicemail_call_id", "voicemail", ["call_id"], unique=False)
    op.create_index("ix_voicemail_received_at", "voicemail", ["received_at", "id"], unique=False)
    op.create_index("ix_voicemail_state", "voicemail", ["state", "received_at"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_session")),
    )
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"], unique=False)
    op.create_index("ix_web_session_login", "web_session", ["login"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("webhook", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["state", "next_at"], unique=False)
    op.create_index("ix_webhook_delivery_webhook_seq", "webhook_delivery", ["webhook", "seq"], unique=False)
    op.create_table(
        "webhook_secret",
        sa.Column("webhook", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("webhook", name=op.f("pk_webhook_secret")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("company_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_contact_company_id_company"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_company", "contact", ["company_id"], unique=False)
    op.create_index("ix_contact_name", "contact", ["name"], unique=False)
    op.create_table(
        "contact_number",
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_number_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_contact_number")),
    )
    op.create_index("ix_contact_number_number", "contact_number", ["number"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_lead_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index("ix_lead_contact", "lead", ["contact_id"], unique=False)
    op.create_index("ix_lead_number", "lead", ["number"], unique=False)
    op.create_index("ix_lead_responsible", "lead", ["responsible"], unique=False)
    op.create_index(
        "uq_lead_open_number",
        "lead",
        ["number"],
        unique=True,
        sqlite_where=sa.text("status IN ('new', 'in_progress')"),
        postgresql_where=sa.text("status IN ('new', 'in_progress')"),
    )
    op.create_table(
        "deal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("company_id", sa.String(length=36), nullable=True),
        sa.Column("lead_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_deal_company_id_company"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_deal_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_deal_lead_id_lead"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
    )
    op.create_index("ix_deal_company", "deal", ["company_id"], unique=False)
    op.create_index("ix_deal_contact", "deal", ["contact_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=True),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("recording_id", sa.String(length=36), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=True),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("lead_id", sa.String(length=36), nullable=True),
        sa.Column("deal_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_activity_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_activity_deal_id_deal"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_activity_lead_id_lead"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_contact", "activity", ["contact_id", "id"], unique=False)
    op.create_index("ix_activity_deal", "activity", ["deal_id", "id"], unique=False)
    op.create_index("ix_activity_lead", "activity", ["lead_id", "id"], unique=False)
    op.create_index("ix_activity_responsible", "activity", ["responsible", "id"], unique=False)
    op.create_index("uq_activity_call", "activity", ["call_id"], unique=True)
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("responsible", sa.String(length=64), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=True),
        sa.Column("lead_id", sa.String(length=36), nullable=True),
        sa.Column("deal_id", sa.String(length=36), nullable=True),
        sa.Column("call_id", sa.String(length=36), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_task_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_task_deal_id_deal"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_task_lead_id_lead"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_contact", "task", ["contact_id"], unique=False)
    op.create_index("ix_task_responsible", "task", ["responsible", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_task_responsible", table_name="task")
    op.drop_index("ix_task_contact", table_name="task")
    op.drop_table("task")
    op.drop_index("uq_activity_call", table_name="activity")
    op.drop_index("ix_activity_responsible", table_name="activity")
    op.drop_index("ix_activity_lead", table_name="activity")
    op.drop_index("ix_activity_deal", table_name="activity")
    op.drop_index("ix_activity_contact", table_name="activity")
    op.drop_table("activity")
    op.drop_index("ix_deal_contact", table_name="deal")
    op.drop_index("ix_deal_company", table_name="deal")
    op.drop_table("deal")
    op.drop_index(
        "uq_lead_open_number",
        table_name="lead",
        sqlite_where=sa.text("status IN ('new', 'in_progress')"),
        postgresql_where=sa.text("status IN ('new', 'in_progress')"),
    )
    op.drop_index("ix_lead_responsible", table_name="lead")
    op.drop_index("ix_lead_number", table_name="lead")
    op.drop_index("ix_lead_contact", table_name="lead")
    op.drop_table("lead")
    op.drop_index("ix_contact_number_number", table_name="contact_number")
    op.drop_table("contact_number")
    op.drop_index("ix_contact_name", table_name="contact")
    op.drop_index("ix_contact_company", table_name="contact")
    op.drop_table("contact")
    op.drop_table("webhook_secret")
    op.drop_index("ix_webhook_delivery_webhook_seq", table_name="webhook_delivery")
    op.drop_index("ix_webhook_delivery_due", table_name="webhook_delivery")
    op.drop_table("webhook_delivery")
    op.drop_index("ix_web_session_login", table_name="web_session")
    op.drop_index("ix_web_session_expires_at", table_name="web_session")
    op.drop_table("web_session")
    op.drop_index("ix_voicemail_state", table_name="voicemail")
    op.drop_index("ix_voicemail_received_at", table_name="voicemail")
    op.drop_index("ix_voicemail_call_id", table_name="voicemail")
    op.drop_index("ix_voicemail_box_received_at", table_name="voicemail")
    op.drop_table("voicemail")
    op.drop_table("trunk_credential")
    op.drop_index("ix_stat_queue_visit_joined_at", table_name="stat_queue_visit")
    op.drop_index("ix_stat_queue_visit_call_id", table_name="stat_queue_visit")
    op.drop_table("stat_queue_visit")
    op.drop_index("ix_stat_offer_call_id", table_name="stat_offer")
    op.drop_index("ix_stat_offer_at", table_name="stat_offer")
    op.drop_table("stat_offer")
    op.drop_index("ix_stat_menu_visit_entered_at", table_name="stat_menu_visit")
    op.drop_index("ix_stat_menu_visit_call_id", table_name="stat_menu_visit")
    op.drop_table("stat_menu_visit")
    op.drop_index("ix_stat_menu_key_at", table_name="stat_menu_key")
    op.drop_table("stat_menu_key")
    op.drop_index("ix_stat_conversation_started_at", table_name="stat_conversation")
    op.drop_index("ix_stat_conversation_login", table_name="stat_conversation")
    op.drop_index("ix_stat_conversation_call_id", table_name="stat_conversation")
    op.drop_table("stat_conversation")
    op.drop_index("ix_stat_campaign_try_campaign", table_name="stat_campaign_try")
    op.drop_index(op.f("ix_stat_campaign_try_call_id"), table_name="stat_campaign_try")
    op.drop_table("stat_campaign_try")
    op.drop_index(op.f("ix_stat_callback_callback_id"), table_name="stat_callback")
    op.drop_index("ix_stat_callback_at", table_name="stat_callback")
    op.drop_table("stat_callback")
    op.drop_index("ix_stat_call_started_at", table_name="stat_call")
    op.drop_index("ix_stat_call_ended_at", table_name="stat_call")
    op.drop_table("stat_call")
    op.drop_index("ix_stat_agent_time_at", table_name="stat_agent_time")
    op.drop_table("stat_agent_time")
    op.drop_table("stat_agent_now")
    op.drop_table("sip_credential")
    op.drop_table("second_factor")
    op.drop_index("ix_rule_mail_due", table_name="rule_mail")
    op.drop_table("rule_mail")
    op.drop_table("report_mail_sent")
    op.drop_index("ix_recording_state", table_name="recording")
    op.drop_index("ix_recording_call_id", table_name="recording")
    op.drop_table("recording")
    op.drop_table("reaction_done")
    op.drop_index("ix_push_subscription_session_hash", table_name="push_subscription")
    op.drop_index("ix_push_subscription_login", table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_table("push_key")
    op.drop_table("projection_fault")
    op.drop_index("ix_note_call", table_name="note")
    op.drop_table("note")
    op.drop_table("journal_position")
    op.drop_table("installation")
    op.drop_index("ix_event_log_type_seq", table_name="event_log")
    op.drop_index("ix_event_log_call_id_seq", table_name="event_log")
    op.drop_table("event_log")
    op.drop_index("ix_do_not_call_created_at", table_name="do_not_call")
    op.drop_table("do_not_call")
    op.drop_index("ix_company_part_current", table_name="company_part")
    op.drop_table("company_part")
    op.drop_index("ix_company_name", table_name="company")
    op.drop_table("company")
    op.drop_index("ix_call_participant_login", table_name="call_participant")
    op.drop_table("call_participant")
    op.drop_index("ix_call_link_lead", table_name="call_link")
    op.drop_index("ix_call_link_deal", table_name="call_link")
    op.drop_table("call_link")
    op.drop_index("ix_call_disposition_at", table_name="call_disposition")
    op.drop_table("call_disposition")
    op.drop_index("ix_call_started", table_name="call")
    op.drop_index("ix_call_result", table_name="call")
    op.drop_index("ix_call_recording", table_name="call")
    op.drop_index("ix_call_queue", table_name="call")
    op.drop_index(
        "ix_call_live",
        table_name="call",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_call_dialled", table_name="call")
    op.drop_index("ix_call_contact", table_name="call")
    op.drop_index("ix_call_caller", table_name="call")
    op.drop_index("ix_call_agent", table_name="call")
    op.drop_table("call")
    op.drop_index("ix_block_rule_created_at", table_name="block_rule")
    op.drop_table("block_rule")
    op.drop_table("bitrix_call")
    op.drop_index("ix_audit_entry_kind_name_id", table_name="audit_entry")
    op.drop_index("ix_audit_entry_by_id", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_api_token_token_hash", table_name="api_token")
    op.drop_index("ix_api_token_login", table_name="api_token")
    op.drop_table("api_token")
    op.drop_table("agent_state")
    op.drop_table("account")
