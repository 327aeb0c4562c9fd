using System.ComponentModel.DataAnnotations;

namespace SeriesFunctions.Local.Hosting;

/// <summary>Section <c>Local</c>: the single-process host itself. On the command line <c>--data</c> and <c>--url</c> for short.</summary>
public sealed class LocalOptions
{
    public const string Section = "Local";

    /// <summary>The one folder that everything is kept in.</summary>
    [Required, MinLength(1)]
    public string Data { get; set; } = ".series";

    /// <summary>Where it listens; loopback only, since tokens can be had for the asking. Port 0 is any free one.</summary>
    [RegularExpression(@"^http://(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$", ErrorMessage = "Local:Url must be http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT.")]
    public string Url { get; set; } = "http://127.0.0.1:7071";

    /// <summary>How many messages of one queue are worked on at a time. Mostly they wait for the disk, and those who wait together share one sync.</summary>
    [Range(1, 256)]
    public int QueueConcurrency { get; set; } = 32;

    /// <summary>And how many of each that nobody waits for: lists that follow their series, discounts that began or ended, sums, what people are told. All of them together use one processor at a time, so that requests keep the others when thousands come at once.</summary>
    [Range(1, 256)]
    public int TidyConcurrency { get; set; } = 2;

    /// <summary>How many messages of this queue are worked on at a time.</summary>
    public int ConcurrencyOf(string queue) => Tidies(queue) ? Math.Min(TidyConcurrency, QueueConcurrency) : QueueConcurrency;

    /// <summary>Whether nobody waits for this queue.</summary>
    public static bool Tidies(string queue) =>
        queue is Core.Messaging.Queues.Catalog or Core.Messaging.Queues.Discounts or Core.Messaging.Queues.Statistics or Core.Messaging.Queues.Notifications;
}
