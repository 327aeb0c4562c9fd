-- Drives one kind of request. Arguments after --: kind, file of series ids, file of tokens; for light traffic also the pause between two requests of a connection in milliseconds,
-- and a number that no other run of this host was given.
local thread_count = 0
function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end

local function lines(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end

function init(args)
  kind = args[1]
  series = lines(args[2])
  tokens = lines(args[3])
  n = number * 500000 + tonumber(args[5] or 0) * 1000000
  local pause = tonumber(args[4] or 0)
  if pause > 0 then
    -- Between half and one and a half times as long, so that the connections don't march in step.
    function delay() return math.random(math.floor(pause / 2), math.floor(pause * 3 / 2)) end
  end
  started = tostring(os.time())
  answers = {}
end

function request()
  n = n + 1
  local id = series[n % #series + 1]
  if kind == "read" then
    return wrk.format("GET", "/v1/series/" .. id)
  elseif kind == "page" then
    return wrk.format("GET", "/v1/series?limit=20")
  elseif kind == "webhook" then
    -- Every line once, each thread its own: signature, tab, body.
    n = n + 1
    local line = series[(n - number * 500000 - 2 + number) % #series + 1]
    local tab = string.find(line, "\t", 1, true)
    return wrk.format("POST", "/v1/webhooks/stripe",
      { ["Content-Type"] = "application/json", ["Stripe-Signature"] = string.sub(line, 1, tab - 1) }, string.sub(line, tab + 1))
  elseif kind == "play" then
    local viewer = n % #tokens
    return wrk.format("GET", "/v1/series/" .. series[viewer % #series + 1] .. "/videos/vid_" .. (viewer % #series) .. "/playback",
      { ["Authorization"] = "Bearer " .. tokens[viewer + 1] })
  elseif kind == "link" then
    return wrk.format("GET", "/l/" .. string.sub("link" .. (n % #tokens) .. "xxxxxxxxxx", 1, 10))
  elseif kind == "feed" then
    local viewer = n % #tokens
    return wrk.format("GET", "/v1/creators/creator-" .. (viewer % 100) .. "/exclusives?limit=20", { ["Authorization"] = "Bearer " .. tokens[viewer + 1] })
  elseif kind == "like" or kind == "comment" or kind == "comments" then
    -- Each viewer on the first video of her own series. Each of the two threads has viewers of its own, and every other round takes the likes back, so that each request changes something.
    local turn = 2 * (n - number * 500000) + number
    local viewer = turn % #tokens
    local path = "/v1/series/" .. series[viewer % #series + 1] .. "/videos/vid_" .. (viewer % #series)
    local headers = { ["Authorization"] = "Bearer " .. tokens[viewer + 1] }
    if kind == "comments" then
      return wrk.format("GET", path .. "/comments?limit=20", headers)
    elseif kind == "like" then
      return wrk.format("POST", path .. (math.floor(turn / #tokens) % 2 == 0 and "/like" or "/unlike"), headers)
    end
    headers["Content-Type"] = "application/json"
    headers["Idempotency-Key"] = started .. "-" .. n
    return wrk.format("POST", path .. "/comments", headers, '{"text":"The glaze came out just as in the video, thank you for this lesson."}')
  else
    -- Each viewer buys each series once: every request makes a new checkout.
    local viewer = math.floor(n / #series) % #tokens
    return wrk.format("POST", "/v1/series/" .. id .. "/checkout",
      { ["Authorization"] = "Bearer " .. tokens[viewer + 1], ["Content-Type"] = "application/json", ["Idempotency-Key"] = started .. "-" .. n },
      '{"successUrl":"https://app.example.com/ok","cancelUrl":"https://app.example.com/no"}')
  end
end
