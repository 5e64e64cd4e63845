#include "cache/redis/cache_scripts.h"

namespace chillin::cache {

const redis::Script kFindSession(R"lua(
local prefix, id, trust = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = prefix .. 'session:' .. id
local value = redis.call('GET', key)
if not value then return {now, '', 0} end
if value == '-' then return {now, '-', 0} end
local account, verified = string.match(value, '^(%d+) (%d+) ')
if not account then return {now, '', 0} end
local distrusted = redis.call('GET', prefix .. 'session:distrusted:' .. account)
if distrusted and tonumber(distrusted) >= tonumber(verified) then return {now, '', 0} end
redis.call('EXPIRE', key, 86400)
local trusted = 1
if now - tonumber(verified) > trust then trusted = 0 end
return {now, value, trusted}
)lua",
                                 "find_session");

const redis::Script kKeepSession(R"lua(
local prefix, id, account, verified, json, username = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local key = prefix .. 'session:' .. id
if redis.call('GET', key) == '-' then return 0 end
local distrusted = redis.call('GET', prefix .. 'session:distrusted:' .. account)
if distrusted and tonumber(distrusted) >= tonumber(verified) then return 0 end
redis.call('SET', key, account .. ' ' .. verified .. ' ' .. json, 'EX', 86400)
redis.call('SET', prefix .. 'user:session:' .. username, id, 'EX', 86400)
return 1
)lua",
                                 "keep_session");

// Ten minutes: longer than any server could still be about to keep what it read before.
const redis::Script kEndSession(R"lua(
local prefix, id = ARGV[1], ARGV[2]
local key = prefix .. 'session:' .. id
local json = string.match(redis.call('GET', key) or '', '^%d+ %d+ (.*)$')
redis.call('SET', key, '-', 'EX', 600)
if json then
  local username = cjson.decode(json).username
  local last = prefix .. 'user:session:' .. username
  if redis.call('GET', last) == id then redis.call('DEL', last) end
end
return 1
)lua",
                                "end_session");

const redis::Script kDistrustAccount(R"lua(
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('SET', ARGV[1] .. 'session:distrusted:' .. ARGV[2], now, 'EX', 600)
return 1
)lua",
                                     "distrust_account");

const redis::Script kFindRoomList(R"lua(
local value = redis.call('GET', ARGV[1] .. 'cache:rooms:list')
if value then return value end
redis.call('SET', ARGV[1] .. 'cache:rooms:lease', ARGV[2], 'EX', 30)
return false
)lua",
                                  "find_room_list");

const redis::Script kKeepRoomList(R"lua(
local lease = ARGV[1] .. 'cache:rooms:lease'
if redis.call('GET', lease) ~= ARGV[2] then return 0 end
redis.call('DEL', lease)
redis.call('SET', ARGV[1] .. 'cache:rooms:list', ARGV[3], 'EX', 300)
return 1
)lua",
                                  "keep_room_list");

const redis::Script kDropRoomList(R"lua(
return redis.call('DEL', ARGV[1] .. 'cache:rooms:list', ARGV[1] .. 'cache:rooms:lease')
)lua",
                                  "drop_room_list");

}  // namespace chillin::cache
