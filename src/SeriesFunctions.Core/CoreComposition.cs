using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Messaging;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Moderation.Text;
using SeriesFunctions.Core.Notifications;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Privacy;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Core.Webhooks;

namespace SeriesFunctions.Core;

/// <summary>
/// Everything in Core, put together the same way in both hosts. A host adds the ports (<see cref="IDocumentStore"/>, <see cref="IMediaStore"/>,
/// <see cref="IPaymentGateway"/>), the options and a <see cref="TimeProvider"/>. Nothing here holds state, so everything is made once.
/// </summary>
public static class CoreComposition
{
    public static IServiceCollection AddSeriesFunctionsCore(this IServiceCollection services) => services
        .AddSingleton<Records>()
        .AddSingleton<IdempotencyClaims>()
        .AddSingleton<DueWork>()
        .AddSingleton<RateLimits>()
        .AddSingleton<CreatorRecords>()
        .AddSingleton<ReportProfile>()
        .AddSingleton<Reevaluate>()
        .AddSingleton<ReportStrike>()
        .AddSingleton<TellSuspensionEnd>()
        .AddSingleton<ShowMyStanding>()
        .AddSingleton<Apply>()
        .AddSingleton<DecideApplication>()
        .AddSingleton<SortApplication>()
        .AddSingleton<CloseApplication>()
        .AddSingleton<InviteCreator>()
        .AddSingleton<ListApplications>()
        .AddSingleton<VideoLimits>()
        .AddSingleton<CoverLimits>()
        .AddSingleton<VideoRecords>()
        .AddSingleton<AnnounceVideo>()
        .AddSingleton<CloseUpload>()
        .AddSingleton<ValidateUpload>()
        .AddSingleton<EndOverdueUpload>()
        .AddSingleton<UploadEvents>()
        .AddSingleton<MediaFiles>()
        .AddSingleton<HashContent>()
        .AddSingleton<ClearDeletedVideo>()
        .AddSingleton<SweepMedia>()
        .AddSingleton<SeriesRecords>()
        .AddSingleton<CreateSeries>()
        .AddSingleton<EditSeries>()
        .AddSingleton<AnnounceCover>()
        .AddSingleton<SubmitSeries>()
        .AddSingleton<ListSeries>()
        .AddSingleton<DeleteSeries>()
        .AddSingleton<DeleteVideo>()
        .AddSingleton<ClearDeletedSeries>()
        .AddSingleton<ShowSeries>()
        .AddSingleton<BrowseCatalog>()
        .AddSingleton<IndexSeries>()
        .AddSingleton<DiscountRecords>()
        .AddSingleton<SetDiscount>()
        .AddSingleton<EndDiscount>()
        .AddSingleton<TidyDiscounts>()
        .AddSingleton<RememberDiscount>()
        .AddSingleton<SweepDiscounts>()
        .AddSingleton(provider => new BlockedWords(provider.GetRequiredService<ModerationOptions>().BlockedWords))
        .AddSingleton<IReadOnlyList<IContentCheck>>(provider =>
            [
                new BlockedWordsCheck(provider.GetRequiredService<BlockedWords>()), new ContactDetailsCheck(), new MediaFactsCheck(), new StandingCheck(),
                new KnownBadContentCheck(provider.GetRequiredService<RevisionFiles>(), provider.GetRequiredService<KnownBadFiles>(), provider.GetRequiredService<ModerationOptions>()),
                new DuplicateContentCheck(provider.GetRequiredService<RevisionFiles>(), provider.GetRequiredService<MediaFiles>()),
                .. provider.GetRequiredService<ContentSafetyOptions>().IsOn ? [provider.GetRequiredService<ContentSafetyCheck>()] : Array.Empty<IContentCheck>(),
            ])
        .AddSingleton(provider => new ContentSafetyService(
            provider.GetRequiredService<ContentSafetyOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ContentSafetyService>>(),
            provider.GetService<ContentSafetyToken>()))
        .AddSingleton<ContentSafetyCheck>()
        .AddSingleton<RevisionFiles>()
        .AddSingleton<CaseRecords>()
        .AddSingleton<CommentCases>()
        .AddSingleton<OpenCase>()
        .AddSingleton<ClaimCase>()
        .AddSingleton<FileReport>()
        .AddSingleton<GatheringCases>()
        .AddSingleton<GatherReport>()
        .AddSingleton<SettleReports>()
        .AddSingleton<AppealDecision>()
        .AddSingleton<DecideCase>()
        .AddSingleton<StrikeCreator>()
        .AddSingleton<KnownBadFiles>()
        .AddSingleton<BanFiles>()
        .AddSingleton<SeekCopies>()
        .AddSingleton<ApplyDecision>()
        .AddSingleton<ShowCases>()
        .AddSingleton<MeasureCases>()
        .AddSingleton<CodeRecords>()
        .AddSingleton<SetPromoCode>()
        .AddSingleton<ShowPromoCodes>()
        .AddSingleton<EndPromoCode>()
        .AddSingleton<EstimateProceeds>()
        .AddSingleton<MayBuy>()
        .AddSingleton<EndCheckout>()
        .AddSingleton<SweepCheckouts>()
        .AddSingleton<SettleCodeUse>()
        .AddSingleton<StartCheckout>()
        .AddSingleton<TakeFree>()
        .AddSingleton<ShowQuote>()
        .AddSingleton<GiftRecords>()
        .AddSingleton<ShowGifts>()
        .AddSingleton<AnswerGift>()
        .AddSingleton<FollowPurchase>()
        .AddSingleton<EndGift>()
        .AddSingleton<SweepGifts>()
        .AddSingleton<ReturnGift>()
        .AddSingleton<ShowCheckout>()
        .AddSingleton<ReceiveWebhook>()
        .AddSingleton<SettlePayment>()
        .AddSingleton<OpenPayoutAccount>()
        .AddSingleton<ParkedEvents>()
        .AddSingleton<FollowPayoutAccount>()
        .AddSingleton<ApplyProviderEvent>()
        .AddSingleton<StartReplay>()
        .AddSingleton<RunReplay>()
        .AddSingleton<DeadLetters>()
        .AddSingleton<RefundPurchase>()
        .AddSingleton<MakeRefund>()
        .AddSingleton<FailRefund>()
        .AddSingleton<ReturnPayment>()
        .AddSingleton<NoteCheckoutOwner>()
        .AddSingleton<LibraryRecords>()
        .AddSingleton<NoteBuyer>()
        .AddSingleton<StartPlayback>()
        .AddSingleton<LedgerBooks>()
        .AddSingleton<NoteLedger>()
        .AddSingleton<SetCommission>()
        .AddSingleton<MonthlyStatements>()
        .AddSingleton<StartPayout>()
        .AddSingleton<MakePayout>()
        .AddSingleton<NotePayout>()
        .AddSingleton<Payouts>()
        .AddSingleton<PostAdjustment>()
        .AddSingleton<SweepLedger>()
        .AddSingleton<Reconcile>()
        .AddSingleton<ChangeAccess>()
        .AddEngagement()
        .AddSingleton<CreatorLinks>()
        .AddSingleton<Clicks>()
        .AddSingleton<SetProductLinks>()
        .AddSingleton<ShowProfile>()
        .AddSingleton<StatsRecords>()
        .AddSingleton<Attribution>()
        .AddSingleton<CountSales>()
        .AddSingleton<CountSubscribers>()
        .AddSingleton<CountClicks>()
        .AddSingleton<CountWatching>()
        .AddSingleton<ShowAnalytics>()
        .AddSingleton<PostToLedger>()
        .AddSingleton<ShowLedger>()
        .AddSingleton<Notices>()
        .AddSingleton<Notify>()
        .AddSingleton<ReadFeed>()
        .AddSingleton<KeepAudit>()
        .AddSingleton<ReadAudit>()
        .AddPrivacy()
        .AddSingleton<WebhookEndpoints>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<RegisterWebhook>()
        .AddSingleton<ChangeWebhook>()
        .AddSingleton<DeliveryLog>()
        .AddSingleton<QueueWebhooks>()
        .AddSingleton<SendDelivery>()
        .AddSingleton<MarkRead>()
        .AddSingleton<CleanText>()
        .AddSingleton<TierRecords>()
        .AddSingleton<SetTiers>()
        .AddSingleton<SettleSubscription>()
        .AddSingleton<TendSubscription>()
        .AddSingleton<SweepSubscriptions>()
        .AddSingleton<TellProvider>()
        .AddSingleton<StartSubscription>()
        .AddSingleton<ManageSubscription>()
        .AddSingleton<IndexExclusive>()
        .AddSingleton<PublishExclusive>()
        .AddSingleton<WatchExclusive>()
        .AddSingleton(provider => new Sweeps(TimedWorks(provider)))
        .AddSingleton(provider => new EventDispatcher(Routes(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EventDispatcher>>()));

    /// <summary>What is done each minute; a name here is a timer function's name in the Functions app.</summary>
    private static List<TimedWork> TimedWorks(IServiceProvider services) =>
    [
        new("SweepDiscounts", services.GetRequiredService<SweepDiscounts>().HandleAsync),
        new("SweepLedger", services.GetRequiredService<SweepLedger>().HandleAsync),
        new("Reconcile", services.GetRequiredService<Reconcile>().SweepAsync),
        new("SweepCheckouts", services.GetRequiredService<SweepCheckouts>().HandleAsync),
        new("SweepGifts", services.GetRequiredService<SweepGifts>().HandleAsync),
        new("SweepSubscriptions", services.GetRequiredService<SweepSubscriptions>().HandleAsync),
        new("SweepUploads", services.GetRequiredService<UploadEvents>().SweepAsync),
        new("SweepMedia", services.GetRequiredService<SweepMedia>().HandleAsync),
        new("WriteClicks", services.GetRequiredService<Clicks>().WriteAsync),
        new("MeasureCases", services.GetRequiredService<MeasureCases>().HandleAsync),
    ];

    /// <summary>Which queue wants which event, and who handles it: the one table of it.</summary>
    private static List<EventRoute> Routes(IServiceProvider services)
    {
        return
        [
            To<UploadCommitted, ValidateUpload>(Queues.Media),
            To<UploadDue, EndOverdueUpload>(Queues.Media),
            To<ContentHashDue, HashContent>(Queues.Media),
            To<VideoDeleted, ClearDeletedVideo>(Queues.Media),
            To<VideoValidated, CloseUpload>(Queues.Media),
            To<ApplicationReceived, SortApplication>(Queues.Moderation) with { Audited = true },
            To<ApplicationDecided, CloseApplication>(Queues.Moderation),
            To<ProfileReported, Reevaluate>(Queues.Moderation) with { Audited = true },
            To<SuspensionDue, TellSuspensionEnd>(Queues.Moderation),
            To<SeriesSubmitted, OpenCase>(Queues.Moderation),
            To<CaseDecided, ApplyDecision>(Queues.Moderation) with { Audited = true },
            To<StrikeDecided, StrikeCreator>(Queues.Moderation) with { Audited = true },
            To<FilesBanned, BanFiles>(Queues.Moderation) with { Audited = true },
            To<CopiesSought, SeekCopies>(Queues.Moderation),
            To<ReportFiled, GatherReport>(Queues.Moderation),
            To<ReportsSettled, SettleReports>(Queues.Moderation),
            To<CommentHeld, CommentCases>(Queues.Moderation),
            To<SeriesChanged, IndexSeries>(Queues.Catalog),
            To<SeriesDeleted, ClearDeletedSeries>(Queues.Catalog),
            To<CommentCounted, FollowCommentCount>(Queues.Catalog),
            To<LinkChanged, CreatorLinks>(Queues.Catalog),
            To<PurchaseSettled, CountSales>(Queues.Statistics),
            To<PurchaseRefunded, CountSales>(Queues.Statistics),
            To<RefundCameBack, CountSales>(Queues.Statistics),
            To<DisputeMoved, CountSales>(Queues.Statistics),
            To<SubscriptionMoved, CountSubscribers>(Queues.Statistics),
            To<ClicksCounted, CountClicks>(Queues.Statistics),
            To<SeriesWatched, CountWatching>(Queues.Statistics),
            To<AccessChanged, NoteBuyer>(Queues.Catalog),
            To<DiscountSet, RememberDiscount>(Queues.Discounts),
            To<DiscountEdge, TidyDiscounts>(Queues.Discounts),
            To<DiscountStarted, IndexSeries>(Queues.Catalog),
            To<CheckoutDue, EndCheckout>(Queues.Payments),
            To<CodeUseDue, SettleCodeUse>(Queues.Payments),
            To<GiftMoved, FollowPurchase>(Queues.Payments),
            To<GiftAnswered, ReturnGift>(Queues.Payments),
            To<GiftDue, EndGift>(Queues.Payments),
            To<SubscriptionDue, TendSubscription>(Queues.Payments),
            To<SubscriptionToTell, TellProvider>(Queues.Payments),
            To<ProviderEventReceived, ApplyProviderEvent>(Queues.Payments),
            To<ReplayAsked, RunReplay>(Queues.Payments),
            To<RefundRequested, MakeRefund>(Queues.Payments),
            To<PaymentUnwanted, ReturnPayment>(Queues.Payments),
            To<PurchaseSettled, NoteCheckoutOwner>(Queues.Catalog),
            To<PurchaseSettled, PostToLedger>(Queues.Payments),
            To<PaymentTaken, PostToLedger>(Queues.Payments),
            To<FeeBecameKnown, PostToLedger>(Queues.Payments),
            To<PurchaseRefunded, PostToLedger>(Queues.Payments),
            To<RefundCameBack, PostToLedger>(Queues.Payments),
            To<LedgerOpened, NoteLedger>(Queues.Payments),
            To<PayoutRequested, MakePayout>(Queues.Payments),
            To<PayoutChanged, NotePayout>(Queues.Payments),
            To<ReconcileAsked, Reconcile>(Queues.Payments),
            To<DisputeMoved, PostToLedger>(Queues.Payments),
            Tell<ApplicationDecided>((_, happened, _) => Notices.OfAsync(happened)),
            Tell<StrikeChanged>((_, happened, _) => Notices.OfAsync(happened)),
            Tell<SuspensionChanged>((_, happened, _) => Notices.OfAsync(happened)),
            Tell<SeriesPublished>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<CaseDecided>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<PurchaseSettled>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<PurchaseRefunded>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<SubscriptionMoved>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<CommentReplied>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<DiscountStarted>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<DiscountEnded>((notices, happened, stop) => notices.OfAsync(happened, stop)),
            Tell<VideoValidated>((_, happened, _) => Notices.OfAsync(happened)),
            Tell<EndpointDisabled>((_, happened, _) => Notices.OfAsync(happened)),
            To<AuditNoted, KeepAudit>(Queues.Notifications),
            To<ExportAsked, ExportData>(Queues.Notifications),
            To<ErasureDue, EraseData>(Queues.Notifications),
            To<DeliveryDue, SendDelivery>(Queues.Notifications),
            Tell<AccessChanged>((notices, happened, stop) => notices.OfAsync(happened, stop)),
        ];

        EventRoute Tell<TEvent>(Func<Notices, TEvent, CancellationToken, ValueTask<Telling>> read)
            where TEvent : class, IEvent
        {
            var notices = services.GetRequiredService<Notices>();
            var notify = services.GetRequiredService<Notify>();
            return EventRoute.To<TEvent>(
                Queues.Notifications, async (cause, happened, stop) => await notify.HandleAsync(cause, await read(notices, happened, stop), stop));
        }

        EventRoute To<TEvent, THandler>(string queue)
            where TEvent : class, IEvent
            where THandler : class, IHandle<TEvent> =>
            EventRoute.To(queue, services.GetRequiredService<THandler>());
    }
}
