using System.Text.RegularExpressions;
using SeriesFunctions.Core.Analytics;
using SeriesFunctions.Core.Audit;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Notifications;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Core.Privacy;

/// <summary>
/// A type of document: where it lies, what it says about a person, and whether her export has it. <paramref name="Places"/> are <c>partition id</c>; <c>{…}</c> stands for one part
/// without a bar, <c>*</c> for any text.
/// </summary>
/// <param name="Type">As registered in <c>DocumentJson</c>.</param>
/// <param name="Places">Where it can lie.</param>
/// <param name="What">What it says about a person; "nothing" where it says nothing.</param>
/// <param name="InExport">Whether the export of the person in whose partition it lies has it.</param>
/// <param name="Why">Why not, or what else is to be said; empty where it goes without saying.</param>
public sealed record PersonalDocument(Type Type, IReadOnlyList<string> Places, string What, bool InExport, string Why = "");

/// <summary>
/// Every type of document with what it says about people: the one table that export and docs/privacy.md are made from. A test fails for a type without a row, and for a stored
/// document that no row describes. A new kind of document that belongs to somebody goes into one of the partitions of <see cref="PersonalDocuments"/> and gets a row here; nothing else is needed.
/// </summary>
public static class PersonalData
{
    private const string Nothing = "nothing";

    public static IReadOnlyList<PersonalDocument> All { get; } =
    [
        // viewer|{user}
        In<CheckoutRecord>("what she was about to buy, when, at what price, for whom", "viewer|{user} checkout|{id}"),
        In<OpenCheckout>("which of her checkouts is open", "viewer|{user} open|*"),
        In<Purchase>("what she bought, when, what she paid, refunds and disputes", "viewer|{user} purchase|{id}"),
        In<ReturnedPayment>("a payment of hers that went back", "viewer|{user} returned|{id}"),
        In<Access>("what she can watch and why", "viewer|{user} access|{series}"),
        In<CreatorAccess>("whose subscriber-only videos she can watch and why", "viewer|{user} access|creator|{creator}"),
        In<Subscription>("what she subscribes to, since when, what it costs", "viewer|{user} subscription|{id}"),
        In<Subscribed>("which subscription to a creator is her last", "viewer|{user} subscribed|{creator}"),
        In<WatchedShare>("how much of a series she watched", "viewer|{user} watched|{series}"),
        In<Gift>("what she was given, by whom, and her answer", "viewer|{user} gift|{id}"),
        In<OfferedGift>("which gift waits for her answer", "viewer|{user} offered|{series}"),
        In<Report>("what she reported and what she wrote about it", "viewer|{user} report|*"),
        In<Reporter>("how many of her reports were right", "viewer|{user} reporter"),
        Not<IdempotencyClaim>("that she sent a request, as a hash", "Says nothing that the record it made does not; gone after seven days.", "viewer|{user} idem|{hash}"),

        In<SeriesProgress>("where she is in a series", "viewer|{user} progress|{series}"),
        In<Blocks>("whom she blocks", "viewer|{user} blocks"),

        // what she says about series that she has or had, and about her own
        In<Rating>("her stars, and what she wrote", "ratings|{series} rating|{user}"),
        In<Like>("that she likes a video", "likes|{kind}|{of}|{video}|{shard} like|{user}"),
        In<LikedComments>("which comments she likes", "talk|{kind}|{of}|{video} liked|{user}"),
        In<Comment>("what she wrote about a video", "talk|{kind}|{of}|{video} comment|{id}", "talk|{kind}|{of}|{video} top|{id}"),
        Not<RatingCount>(Nothing, "", "ratings|{series} count|{part}"),
        Not<LikeCount>(Nothing, "", "likes|{kind}|{of}|{video}|{shard} count"),
        Not<CommentCount>(Nothing, "", "talk|{kind}|{of}|{video} count|{about}|{part}"),
        Not<PinnedComment>(Nothing, "", "talk|{kind}|{of}|{video} pinned"),

        // feed|{user}
        In<Notification>("what she was told", "feed|{user} note|{id}"),
        In<FeedMark>("how far she read", "feed|{user} mark"),

        // privacy|{user}
        In<DataExport>("that she asked for her data, and when", "privacy|{user} export"),

        // creator|{user}
        In<CreatorProfile>("followers, account, country, birth date, handle: as the host app reports them", "creator|{user} profile"),
        In<CreatorStanding>("applications, decisions, strikes", "creator|{user} standing"),
        In<Payee>("her account at the payment provider", "creator|{user} payee"),
        In<CreatorTiers>("what she offers to subscribe to", "creator|{user} tiers"),
        In<Link>("her links, for which series and place", "creator|{user} link|{code}", "link|{code} link"),
        In<ProductLinks>("the shops that she names in her profile", "creator|{user} product-links"),
        Not<ClicksNoted>(Nothing, "How often a link was followed, not by whom.", "link|{code} clicks|{id}"),
        Not<DayStats>("how much of hers was watched and sold on a day", "Sums; her sales are in her books one by one.", "stats|{user}|{month} day|*"),
        Not<StatsMark>("what something added to those sums", "So that it is added once.", "stats|{user}|{month} mark|*"),
        In<Video>("her videos: names, facts, states", "creator|{user} video|{id}"),
        In<UploadAccount>("how much she uploaded, and what is open", "creator|{user} uploads"),
        In<GoneVideo>("that she deleted a video", "creator|{user} gone-video|{id}"),
        In<OpenApplication>("her application with portfolio and handle", "applications open|{programme}|{user}"),

        // her series
        In<CatalogEntry>("a line of a list: title, handle, price of her series", "creator|{user} series|{series}", "creator|{user} public|{series}", "catalog|{category} *"),
        In<ExclusiveEntry>("a line of a list: her videos for subscribers", "creator|{user} exclusive-own|{series}", "creator|{user} exclusive|{tier}|{series}"),
        In<Series>("her series as she works on it, with what moderation wrote to her", "series|{series} series"),
        In<SeriesRevision>("what she submitted", "series|{series} revision|{number}"),
        In<PublicSeries>("her series as everybody sees it, with her handle", "series|{series} public"),
        In<Cover>("her covers: names, facts, states", "series|{series} cover|{id}"),
        In<Discount>("her discounts", "series|{series} discount|{id}"),
        In<PromoCode>("her promo codes", "series|{series} code|{code}"),
        Not<Buyer>("that somebody has a series", "About its buyer, whose access says the same; not for its creator.", "series|{series} buyer|{user}"),
        Not<MediaFile>("whose a file is", "Her video or cover says the same.", "file|{id} file"),
        Not<HashedFile>("that a file of hers is the same as another", "Leads to other people's files.", "hash|{sha256} *"),
        Not<CodeUses>("how often a code was used, by somebody and in all", "Her checkouts name the code.", "code|{series}|{code} uses", "code|{series}|{code} viewer|{user}"),
        Not<CodeHold>("that an open checkout of hers uses a code", "Her checkout names the code.", "code|{series}|{code} hold|{user}|{receiver}"),
        Not<CodePaid>("that a purchase of hers used a code", "Her checkout names the code.", "code|{series}|{code} paid|{checkout}"),

        // ledger|{user}
        In<LedgerTransaction>(
            "what was booked for her", "ledger|{user} sale|{id}", "ledger|{user} fee|{id}", "ledger|{user} refund|*", "ledger|{user} dispute|*", "ledger|{user} payout|{id}|{step}", "ledger|{user} adjustment|{id}"),
        In<LedgerBalance>("what she is owed", "ledger|{user} balance"),
        In<SaleLine>("each of her sales", "ledger|{user} line|{id}"),
        In<CommissionPolicy>("what was agreed with her", "ledger|{user} commission"),
        In<Statement>("her months", "ledger|{user} statement|{month}"),
        In<Payout>("what she was paid", "ledger|{user} payout|{id}"),
        In<PayoutAccount>("where she is paid", "ledger|{user} payout-account"),
        Not<LedgerEntry>("that she has books", "Her books say it.", "ledgers ledger|{user}"),
        Not<PayoutEntry>("what she was paid", "Her payouts say the same.", "payouts {id}"),
        Not<BookedIn>("in whose books a payment is", "Her books say the same.", "provider|{id} books"),
        Not<Difference>("whose books differ from the provider's", "A working paper of the bookkeeping; gone after 400 days.", "reconciliation|{day}|{run} *"),
        Not<LedgerSweep>(Nothing, "", "ledgers sweep"),
        Not<Reconciliation>(Nothing, "", "reconciliations day|{day}"),
        Not<ReconcileMark>(Nothing, "", "reconciliations mark"),

        // checkout|{id}, the provider's events
        Not<CheckoutOwner>("whose a checkout is", "Her checkout says it.", "checkout|{id} owner"),
        Not<InboxEvent>("an event's name and object at the provider", "Names no person; gone after 90 days.", "inbox|{event} event"),
        Not<InboxEntry>("an event's name and object at the provider", "Names no person; gone after 90 days.", "inbox-hour|{hour} {event}"),
        Not<Replay>("which member of staff had what applied again", "About staff.", "replays {id}"),
        Not<ParkedEvent>("an event that could not be sent, as it was", "For as long as an operator has not sent it.", "parked|{day} {id}"),

        // moderation
        Not<Case>("whose series was looked at, and what was found", "Told to the creator with each decision; names the moderator.", "cases|{shard} case|{case}"),
        Not<Decision>("who decided what, with rule and note", "Told to the creator with the decision; names the moderator.", "cases|{shard} decision|{case}"),
        Not<SeriesCases>(Nothing, "", "cases|{shard} series|{series}"),
        Not<GatheredReport>("who reported something", "Her own report has it; who was reported must not learn who reported.", "cases|{shard} report|{id}"),

        Not<KnownBadFile>("who banned a file, who lifted that, and why", "Names moderators; about a file.", "known-bad {sha256}"),
        Not<BannedByCase>(Nothing, "", "known-bad case|{case}"),

        // the trail
        Not<AuditEntry>("who did what to whose", "Names members of staff; an operator answers questions about it.", "audit|object|{id} {entry}", "audit|actor|{id} {entry}", "audit|day|{day} {entry}"),
        Not<AuditOrigin>("from which network somebody acted", "Of staff, for 180 days.", "audit|actor|{id} from|{entry}"),

        // webhooks
        Not<WebhookEndpoint>("who registered an endpoint", "About the platform's staff.", "webhooks endpoint|{id}"),
        Not<EndpointHealth>(Nothing, "", "webhook|{endpoint} health"),
        Not<Delivery>("what was told to the platform, with ids of users", "The platform has it; gone with the log, `Notifications:WebhookLogKeptFor`.", "webhook|{endpoint} delivery|{id}"),
        Not<WebhookBody>("as above", "The body of a delivery, within it."),

        // clockwork
        Not<DueItem>("that something of somebody's ends at a time", "Gone 30 days after that time.", "due|{kind}|{hour} *"),
        Not<SweepMark>(Nothing, "", "due mark|{kind}"),
        Not<MediaSweep>(Nothing, "", "due mark|media"),
    ];

    private static readonly IReadOnlyList<(Regex Place, PersonalDocument Row)> Known =
        [.. All.SelectMany(row => row.Places.Select(place => (Pattern(place), row)))];

    /// <summary>The row of a stored document; null where nobody thought of it.</summary>
    public static PersonalDocument? Of(Partition partition, string id)
    {
        var place = $"{partition.Key} {id}";
        // A mark of a kind is one of those, whatever the rest may be called.
        return Known.Where(known => known.Place.IsMatch(place)).Select(known => known.Row).OrderBy(row => row.Type == typeof(SweepMark)).FirstOrDefault();
    }

    private static PersonalDocument In<T>(string what, params string[] places) => new(typeof(T), places, what, InExport: true);

    private static PersonalDocument Not<T>(string what, string why, params string[] places) => new(typeof(T), places, what, InExport: false, why);

    private static Regex Pattern(string place) =>
        new("^" + Regex.Replace(Regex.Escape(place).Replace(@"\*", ".+", StringComparison.Ordinal), @"\\\{[a-z0-9]+}", "[^|]+") + "$", RegexOptions.CultureInvariant);
}
