using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SeriesFunctions.App.Relay;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Messaging;

namespace Azure.Tests.App;

/// <summary>From the change feed to the queues. Finds the event that is lost, sent out of order, or holds up all others.</summary>
public sealed class RelayOutboxTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly RecordingQueue _queue = new();
    private readonly OnePartition _store = new();
    private readonly RelayOutbox _relay;

    public RelayOutboxTests()
    {
        EventRoute Route(string name, string queue) => new(name, 1, queue, (_, _) => ValueTask.FromResult(Handled.Done));
        var dispatcher = new EventDispatcher([Route("sold", Queues.Payments), Route("sold", Queues.Catalog), Route("seen", Queues.Catalog)], TimeProvider.System, NullLogger<EventDispatcher>.Instance);
        _relay = new(dispatcher, _queue, new Records(_store), new FixedClock(), NullLogger<RelayOutbox>.Instance);
    }

    [Fact]
    public async Task Events_go_to_every_queue_that_wants_them_in_the_order_of_the_feed()
    {
        await RelayAsync(Event("a", "sold"), Document("x"), Event("b", "seen"), Event("c", "sold"), Event("d", "nobodys"));
        Assert.Equal(["a", "c"], _queue.Sent(Queues.Payments));
        Assert.Equal(["a", "b", "c"], _queue.Sent(Queues.Catalog));
        // One send a queue, not one a message.
        Assert.Equal(2, _queue.Calls);
        Assert.Empty(_store.Parked);
    }

    [Fact]
    public async Task A_message_is_the_envelope_with_the_events_id_and_its_time()
    {
        await RelayAsync(Event("a", "seen", due: Now.AddMinutes(5)));
        var message = Assert.Single(_queue.Messages[Queues.Catalog]);
        Assert.Equal(Now.AddMinutes(5), message.ScheduledFor);
        Assert.Equal(("a", "seen"), (Envelope.Parse(message.Body).Id, Envelope.Parse(message.Body).Name));
    }

    [Fact]
    public async Task A_batch_of_documents_alone_costs_no_call()
    {
        await RelayAsync(Document("x"), Document("y"));
        Assert.Equal(0, _queue.Calls);
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_parked_and_the_others_go_on()
    {
        await RelayAsync("""{"id":"event|broken","pk":"p","type":"event","body":{"id":1}}""", Event("b", "seen"), "42", """{"type":"event"}""");
        Assert.Equal(["b"], _queue.Sent(Queues.Catalog));
        Assert.Equal(3, _store.Parked.Count);
        Assert.All(_store.Parked.Values, parked => Assert.Equal("not-an-event", parked.GetProperty("reason").GetString()));
        Assert.Contains("event|broken", _store.Parked.Values.Select(parked => parked.GetProperty("eventId").GetString()));
        Assert.Equal(new Partition("parked|20261121"), _store.Partition);
    }

    [Fact]
    public async Task One_that_is_too_large_for_a_queue_is_parked()
    {
        await RelayAsync(Event("big", "seen", padding: ParkedEvent.LargestMessage), Event("b", "seen"));
        Assert.Equal(["b"], _queue.Sent(Queues.Catalog));
        Assert.Equal("too-large", Assert.Single(_store.Parked.Values).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task The_same_broken_one_again_is_parked_once()
    {
        await RelayAsync("42");
        await RelayAsync("42");
        Assert.Single(_store.Parked);
    }

    [Fact]
    public async Task When_a_queue_cannot_be_reached_the_batch_comes_again()
    {
        _queue.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => RelayAsync(Event("a", "seen")));
    }

    [Fact]
    public async Task When_a_broken_one_cannot_be_parked_the_batch_comes_again()
    {
        _store.Answer = WriteOutcome.Failed(WriteStatus.Busy, -1);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => RelayAsync("42"));
    }

    private Task RelayAsync(params string[] items) =>
        _relay.HandleAsync([.. items.Select(item => JsonSerializer.Deserialize<JsonElement>(item))], TestContext.Current.CancellationToken);

    private static string Document(string id) => $$"""{"id":"doc|{{id}}","pk":"p","type":"doc","body":{},"_ts":1795000000}""";

    private static string Event(string id, string name, DateTimeOffset? due = null, int padding = 0) =>
        $$"""{"id":"event|{{id}}","pk":"p","type":"event","ttl":1,"_ts":1795000000,"body":{{Encoding.UTF8.GetString(new Envelope(id, name, 1, Now, due, Encoding.UTF8.GetBytes($$"""{"x":"{{new string('x', padding)}}"}"""), null).ToJson())}}}""";

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class RecordingQueue : IMessageQueue
    {
        public Dictionary<string, List<QueueMessage>> Messages { get; } = [];

        public int Calls { get; private set; }

        public bool Fails { get; set; }

        public IEnumerable<string> Sent(string queue) => Messages.GetValueOrDefault(queue, []).Select(message => message.Id);

        public ValueTask SendAsync(string queue, IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken)
        {
            if (Fails)
                throw new IOException("no network");
            Calls++;
            Messages.TryAdd(queue, []);
            Messages[queue].AddRange(messages);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<ReceivedMessage>> ReceiveAsync(string queue, int max, TimeSpan wait, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<bool> CompleteAsync(ReceivedMessage message, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<bool> AbandonAsync(ReceivedMessage message, TimeSpan delay, string reason, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<bool> DeadLetterAsync(ReceivedMessage message, string reason, string description, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<bool> RenewAsync(ReceivedMessage message, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(string queue, int max, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<bool> ReplayDeadLetterAsync(string queue, string messageId, CancellationToken cancellationToken) => throw Unused();
    }

    private sealed class OnePartition : IDocumentStore
    {
        public Dictionary<string, JsonElement> Parked { get; } = [];

        public Partition Partition { get; private set; }

        public WriteOutcome Answer { get; set; } = WriteOutcome.Ok(["1"]);

        public ValueTask<WriteOutcome> WriteAsync(Partition partition, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
        {
            Partition = partition;
            var put = Assert.IsType<Write.Put>(Assert.Single(writes));
            if (Answer.IsOk)
                Parked[put.Id] = JsonSerializer.Deserialize<JsonElement>(put.Body.Span);
            return ValueTask.FromResult(Answer);
        }

        public ValueTask<Document?> FindAsync(Partition partition, string id, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<DocumentPage> ListAsync(Partition partition, SortRange range, Direction direction, int limit, string? cursor, CancellationToken cancellationToken) => throw Unused();

        public ValueTask<DocumentPage> ScanAsync(Partition partition, string? after, int limit, CancellationToken cancellationToken) => throw Unused();
    }

    private static InvalidOperationException Unused() => new("The relay needs only to send and to park.");
}
