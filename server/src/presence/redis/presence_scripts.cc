#include "presence/redis/presence_scripts.h"

#include <string>

#include "presence/redis/room_mirror.h"

namespace chillin::presence {
namespace {

constexpr const char* kCommon = R"lua(
local P = ARGV[1]
local TTL, CHANGES = 300, 200
local function people_of(room) return P .. 'room:people:' .. room end
local function exact(number) return string.format('%.0f', number) end

local function next_version(room)
  local people = people_of(room)
  if redis.call('HEXISTS', people, '') == 0 then
    local time = redis.call('TIME')
    redis.call('HSET', people, '', exact(tonumber(time[1]) * 1000000 + tonumber(time[2])))
  end
  return redis.call('HINCRBY', people, '', 1)
end

local function change(room, entry)
  local version = next_version(room)
  redis.call('RPUSH', P .. 'room:changes:' .. room, entry)
  redis.call('LTRIM', P .. 'room:changes:' .. room, -CHANGES, -1)
  return version
end

local function parse(value)
  local devices, account = {}, nil
  for word in string.gmatch(value, '%S+') do
    if account then devices[#devices + 1] = word else account = word end
  end
  return account, devices
end
local function socket_of(device) return string.match(device, '^(.*)@') end
local function server_of(device) return string.match(device, '@([^@]*)$') end

-- The socket leaves the room. Returns whether it was in, and whether the person thereby is gone.
local function depart(room, name, socket)
  if redis.call('SREM', P .. 'room:members:' .. room, socket) == 0 then return false, false end
  local value = redis.call('HGET', people_of(room), name)
  if not value then return false, false end
  local account, devices = parse(value)
  local left = {}
  for _, device in ipairs(devices) do
    if socket_of(device) ~= socket then left[#left + 1] = device end
  end
  if #left == #devices then return false, false end
  if #left > 0 then
    if left[1] ~= devices[1] then change(room, '= ' .. socket_of(left[1]) .. ' ' .. name) end
    redis.call('HSET', people_of(room), name, account .. ' ' .. table.concat(left, ' '))
    return true, false
  end
  redis.call('HDEL', people_of(room), name)
  redis.call('ZREM', P .. 'room:order:' .. room, name)
  if redis.call('ZCARD', P .. 'room:order:' .. room) > 0 then
    change(room, '- ' .. name)
  else
    redis.call('DEL', people_of(room), P .. 'room:changes:' .. room, P .. 'room:members:' .. room)
  end
  return true, true
end

-- Appends how many there are and what changed since the version that the caller knows, or everybody.
-- (known < 0: only how many.)
local function tell(room, known, out)
  known = tonumber(known)
  out[#out + 1] = redis.call('ZCARD', P .. 'room:order:' .. room)
  if known < 0 then return out end
  local version = tonumber(redis.call('HGET', people_of(room), '') or '0')
  out[#out + 1] = version
  local news = version - known
  if known > 0 and news >= 0 and news <= redis.call('LLEN', P .. 'room:changes:' .. room) then
    out[#out + 1] = 0
    if news > 0 then
      for _, entry in ipairs(redis.call('LRANGE', P .. 'room:changes:' .. room, -news, -1)) do out[#out + 1] = entry end
    end
    return out
  end
  out[#out + 1] = 1
  local names = redis.call('ZRANGE', P .. 'room:order:' .. room, 0, CAPACITY - 1)
  for i = 1, #names do
    local account, devices = parse(redis.call('HGET', people_of(room), names[i]))
    out[#out + 1] = names[i]
    out[#out + 1] = account
    out[#out + 1] = socket_of(devices[1])
  end
  return out
end

local function remember(socket, server, json)
  redis.call('SET', P .. 'presence:' .. socket, json, 'EX', TTL)
  redis.call('HSET', P .. 'server:' .. server, socket, json)
end
local function forget(socket, server)
  redis.call('DEL', P .. 'presence:' .. socket)
  redis.call('HDEL', P .. 'server:' .. server, socket)
end
local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
)lua";

constexpr const char* kJoin = R"lua(
local room, name, account, socket, server = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local SILENT = 5000
local value = redis.call('HGET', people_of(room), name)
local owner, devices
if value then owner, devices = parse(value) end
local function has(list, wanted)
  for _, device in ipairs(list or {}) do
    if socket_of(device) == wanted then return true end
  end
  return false
end
local first = 0
if redis.call('SISMEMBER', P .. 'room:members:' .. room, socket) == 1 then
  -- In already: under this name that is no news, under another one it would be two people.
  if not has(devices, socket) then return tell(room, ARGV[8], {1, 0}) end
else
  if value and (account == '0' or owner ~= account) then
    -- Somebody else's, unless all of it stands on servers that have gone silent.
    if ARGV[9] ~= '1' then return tell(room, ARGV[8], {1, 0}) end
    local silent_since = now_ms() - SILENT
    for _, device in ipairs(devices) do
      local beat = redis.call('ZSCORE', P .. 'servers', server_of(device))
      if beat and tonumber(beat) > silent_since then return tell(room, ARGV[8], {1, 0}) end
    end
    for _, device in ipairs(devices) do depart(room, name, socket_of(device)) end
    value = nil
  end
  if value then
    redis.call('HSET', people_of(room), name, value .. ' ' .. socket .. '@' .. server)
  else
    first = 1
    local version = change(room, '+ ' .. account .. ' ' .. socket .. ' ' .. name)
    redis.call('HSET', people_of(room), name, account .. ' ' .. socket .. '@' .. server)
    redis.call('ZADD', P .. 'room:order:' .. room, exact(version), name)
  end
  redis.call('SADD', P .. 'room:members:' .. room, socket)
end
remember(socket, server, ARGV[7])
return tell(room, ARGV[8], {0, first})
)lua";

constexpr const char* kLeave = R"lua(
local room, name, socket, server, json = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local was_in, last = depart(room, name, socket)
if json == '' then forget(socket, server) else remember(socket, server, json) end
return tell(room, ARGV[7], {was_in and 1 or 0, last and 1 or 0})
)lua";

constexpr const char* kSnapshot = R"lua(
return tell(ARGV[2], ARGV[3], {0, 0})
)lua";

constexpr const char* kOnline = R"lua(
local key, socket, server, json = P .. 'online:' .. ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if json == '' then forget(socket, server) else remember(socket, server, json) end
if ARGV[6] == '1' then
  return (redis.call('SADD', key, socket) == 1 and redis.call('SCARD', key) == 1) and 1 or 0
end
return (redis.call('SREM', key, socket) == 1 and redis.call('EXISTS', key) == 0) and 1 or 0
)lua";

constexpr const char* kBeat = R"lua(
local now = now_ms()
local known = redis.call('ZADD', P .. 'servers', exact(now), ARGV[2]) == 0 and 1 or 0
local dead = redis.call('ZRANGEBYSCORE', P .. 'servers', '-inf', exact(now - tonumber(ARGV[3])), 'LIMIT', 0, 10)
table.insert(dead, 1, known)
return dead
)lua";

constexpr const char* kReap = R"lua(
local server, key = ARGV[2], P .. 'server:' .. ARGV[2]
local beat = redis.call('ZSCORE', P .. 'servers', server)
if not beat or tonumber(beat) > now_ms() - tonumber(ARGV[3]) then return {0} end
local out = {0}
local found = redis.call('HRANDFIELD', key, tonumber(ARGV[4]), 'WITHVALUES')
for i = 1, #found, 2 do
  local socket = found[i]
  local ok, device = pcall(cjson.decode, found[i + 1])
  if ok then
    for _, room in ipairs(device.rooms) do
      local was_in, last = depart(room.room, room.name, socket)
      if last then
        out[#out + 1] = {room.room, room.name, redis.call('ZCARD', P .. 'room:order:' .. room.room)}
      end
    end
    if device.online then redis.call('SREM', P .. 'online:' .. exact(device.account), socket) end
  end
  forget(socket, server)
end
out[1] = redis.call('HLEN', key)
if out[1] == 0 then redis.call('ZREM', P .. 'servers', server) end
return out
)lua";

constexpr const char* kTouch = R"lua(
local key = P .. 'server:' .. ARGV[2]
for i = 3, #ARGV do
  if redis.call('EXPIRE', P .. 'presence:' .. ARGV[i], TTL) == 0 then
    local json = redis.call('HGET', key, ARGV[i])
    if json then redis.call('SET', P .. 'presence:' .. ARGV[i], json, 'EX', TTL) end
  end
end
return #ARGV - 2
)lua";

std::string with_common(const char* script) {
  return "local CAPACITY = " + std::to_string(RoomMirror::kCapacity) + kCommon + script;
}

}  // namespace

const redis::Script kJoinScript(with_common(kJoin), "presence_join");
const redis::Script kLeaveScript(with_common(kLeave), "presence_leave");
const redis::Script kSnapshotScript(with_common(kSnapshot), "presence_snapshot");
const redis::Script kOnlineScript(with_common(kOnline), "presence_online");
const redis::Script kBeatScript(with_common(kBeat), "presence_beat");
const redis::Script kReapScript(with_common(kReap), "presence_reap");
const redis::Script kTouchScript(with_common(kTouch), "presence_touch");

}  // namespace chillin::presence
