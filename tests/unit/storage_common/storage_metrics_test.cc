#include "storage/common/storage_metrics.h"

#include <gtest/gtest.h>

namespace {

using chillin::storage::statement_name;

TEST(StatementName, IsVerbAndTable) {
  EXPECT_EQ(statement_name("SELECT id, name FROM rooms WHERE id = ?1"), "select_rooms");
  EXPECT_EQ(statement_name("insert into users(name) values (?1)"), "insert_users");
  EXPECT_EQ(statement_name("UPDATE rooms SET seq = ?1 WHERE id = ?2"), "update_rooms");
  EXPECT_EQ(statement_name("DELETE FROM sessions WHERE id IN (SELECT id FROM users)"), "delete_sessions");
}

TEST(StatementName, WhatIsWrittenCountsMoreThanWhatIsReadForIt) {
  EXPECT_EQ(
      statement_name("WITH old AS (SELECT text FROM messages), w AS (INSERT INTO message_edits SELECT * FROM old) "
                     "SELECT 1"),
      "insert_message_edits");
  EXPECT_EQ(statement_name("INSERT INTO users(a) VALUES (1) ON CONFLICT DO UPDATE SET a = 2"), "insert_users");
}

TEST(StatementName, AReadOfMessagesIsOneWhateverIsJoined) {
  EXPECT_EQ(statement_name("SELECT m.seq, (SELECT count(*) FROM reactions) FROM rooms r JOIN messages m"),
            "select_messages");
}

TEST(StatementName, LockingIsAVerbOfItsOwn) {
  EXPECT_EQ(statement_name("SELECT id FROM rooms WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"), "lock_rooms");
  EXPECT_EQ(statement_name("SELECT id FROM rooms FOR UPDATE"), "lock_rooms");
}

TEST(StatementName, TransactionsAndTheRest) {
  EXPECT_EQ(statement_name("BEGIN IMMEDIATE"), "begin");
  EXPECT_EQ(statement_name("COMMIT"), "commit");
  EXPECT_EQ(statement_name("PRAGMA journal_mode=WAL"), "other");
  EXPECT_EQ(statement_name("SELECT 1"), "other");
  EXPECT_EQ(statement_name("SELECT name FROM somewhere_else"), "other");
  EXPECT_EQ(statement_name(""), "other");
}

}  // namespace
