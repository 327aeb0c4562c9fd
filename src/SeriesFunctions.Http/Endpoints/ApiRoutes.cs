using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Limits;
using SeriesFunctions.Http.Conventions;
using SeriesFunctions.Http.Views;
using static SeriesFunctions.Http.Conventions.Who;

namespace SeriesFunctions.Http.Endpoints;

/// <summary>Every route of the API, once. Both hosts map this list, docs/openapi.json is made from it, and the tests go through it.</summary>
public sealed class ApiRoutes(
    CreatorEndpoints creators, VideoEndpoints videos, SeriesEndpoints series, AuthoringEndpoints authoring, CheckoutEndpoints checkout, PromoCodeEndpoints codes, GiftEndpoints gifts, LedgerEndpoints ledger, OperationsEndpoints operations, ModerationEndpoints moderation, ParkedEventEndpoints parked, SystemEndpoints system,
    NotificationEndpoints notifications, PlatformWebhookEndpoints webhooks, AuditEndpoints audit, KnownBadFileEndpoints knownBad,
    SubscriptionEndpoints subscriptions, ExclusiveEndpoints exclusives,
    EngagementEndpoints engagement, CommentEndpoints comments, RatingEndpoints ratings, LinkEndpoints links, AnalyticsEndpoints analytics, PrivacyEndpoints privacy)
{
    private static readonly QueryParameter Category = new("category", "Only this category.");
    private static readonly QueryParameter Search = new("q", "Words that title or creator must contain; a page may then be shorter and still have a next one.");
    private static readonly QueryParameter Sort = new("sort", "The order.", "newest", "oldest", "priceLow", "priceHigh");
    private static readonly QueryParameter[] AuditQuery =
        [new("object", "An id of anything: a user, a series, a purchase, a case …"), new("actor", "A user's id."), new("from", "From this time on."), new("to", "Before this time.")];
    private static readonly QueryParameter Promo = new("promoCode", "A promo code, in any case.");
    private static readonly string[] CodeRefusals = ["422 code-unknown", "422 code-not-running", "422 code-used-up", "422 code-already-used", "422 code-gives-nothing"];
    private static readonly QueryParameter Format = new("format", "How it is written; without it, by Accept.", "json", "csv");
    private static readonly QueryParameter Queue = new("queue", "Only this queue.");
    private static readonly QueryParameter State = new("state", "Which cases.", "open", "decided");

    private static readonly QueryParameter BanState = new("state", "Which files.", "banned", "lifted");
    private static readonly QueryParameter Day = new("day", "Which day (2026-01-31, UTC); without it, today.");

    public IReadOnlyList<ApiRoute> All { get; } =
    [
        new("Live", "GET", "health/live", Nobody, "The process answers.", system.LiveAsync) { Response = typeof(HealthView) },
        new("Ready", "GET", "health/ready", Nobody, "Everything that it needs answers; 503 names what does not.", system.ReadyAsync) { Response = typeof(HealthView) },
        new("OpenApi", "GET", "openapi.json", Nobody, "This document.", system.OpenApiAsync),

        new("ReportProfile", "PUT", "v1/platform/creators/{creatorId}/profile", Platform, "The host app reports a creator's numbers; the last report counts.", creators.ReportProfileAsync)
        { Request = typeof(ReportProfileRequest), Success = 204 },
        new("ReportStrike", "PUT", "v1/platform/creators/{creatorId}/strikes/{strikeId}", Platform, "The host app gives a creator a strike, or takes it back; the latest report holds.", creators.ReportStrikeAsync)
        { Request = typeof(ReportStrikeRequest), Success = 204 },
        new("ShowMyStanding", "GET", "v1/creators/me", User, "Which programmes the caller is in, and which rules she does not meet yet.", creators.ShowMeAsync) { Response = typeof(StandingView) },
        new("Apply", "POST", "v1/creators/me/application", User, "Asks to join a programme.", creators.ApplyAsync)
        { Request = typeof(ApplicationRequest), Response = typeof(ApplicationAnswer), Success = 202, Keyed = true, RemembersKey = true, Refusals = ["422 not-eligible", "409 creator-suspended"] },
        new("ShowMyBalance", "GET", "v1/creators/me/balance", User, "What the caller is owed, and when it is paid.", ledger.BalanceAsync) { Response = typeof(BalanceView) },
        new("ListMySales", "GET", "v1/creators/me/sales", User, "The caller's sales, newest first, each with what was booked about it.", ledger.SalesAsync) { Response = typeof(ListView<SaleView>), Paged = true },
        new("ListMyStatements", "GET", "v1/creators/me/statements", User, "The caller's closed months, newest first.", ledger.StatementsAsync) { Response = typeof(ListView<StatementView>), Paged = true },
        new("ShowMyStatement", "GET", "v1/creators/me/statements/{month}", User, "One month (2026-01), closed or running; as CSV with format=csv or Accept: text/csv.", ledger.StatementAsync)
        { Response = typeof(StatementView), AlsoAs = "text/csv", Query = [Format], Refusals = ["400 bad-month, bad-format"] },
        new("ListMyPayouts", "GET", "v1/creators/me/payouts", User, "What the caller was paid, newest first.", ledger.MyPayoutsAsync) { Response = typeof(ListView<PayoutView>), Paged = true },
        new("ShowMyPayoutAccount", "GET", "v1/creators/me/payout-account", User, "How the caller's account at the payment provider stands: none, pending, ready or restricted.", creators.PayoutAccountAsync)
        { Response = typeof(MyPayoutAccountView) },
        new("OpenMyPayoutAccount", "POST", "v1/creators/me/payout-account", User, "A fresh link to the payment provider's pages, on which the caller says whom to pay; the first time her account is opened.", creators.OpenPayoutAccountAsync)
        { Request = typeof(OpenPayoutAccountRequest), Response = typeof(MyPayoutAccountView), Success = 201, Keyed = true, RemembersKey = true, AnswersAnew = true, Audited = true, Refusals = ["403 creator-required", "409 payout-account-refused"] },
        new("ListParkedEvents", "GET", "v1/operator/parked-events", Operator, "Events that could not be sent, oldest first: of one day.", parked.ListAsync)
        { Response = typeof(ListView<ParkedEventView>), Paged = true, Query = [Day], Refusals = ["400 bad-day"] },
        new("ReplayParkedEvent", "POST", "v1/operator/parked-events/{day}/{parkedId}/replay", Operator, "Has a parked event sent after all.", parked.ReplayAsync)
        { Response = typeof(ParkedEventAnswer), Success = 202, Keyed = true, RemembersKey = true, Refusals = ["400 bad-day", "409 still-unreadable", "409 still-too-large"] },
        new("ListApplications", "GET", "v1/operator/applications", Operator, "Applications that wait for a person, oldest first.", creators.ListApplicationsAsync)
        { Response = typeof(ListView<ApplicationView>), Paged = true },
        new("DecideApplication", "POST", "v1/operator/applications/{creatorId}/decision", Operator, "Approves or rejects an application; the same decision again changes nothing.", creators.DecideAsync)
        { Request = typeof(DecideApplicationRequest), Response = typeof(CreatorAnswer), Keyed = true, RemembersKey = true, Refusals = ["409 already-decided"] },
        new("InviteCreator", "POST", "v1/operator/invitations", Operator, "Invites somebody: followers, activity and region no longer count for her.", creators.InviteAsync)
        { Request = typeof(InvitationRequest), Response = typeof(CreatorAnswer), Success = 201, Keyed = true, RemembersKey = true },
        new("ShowTrialBalance", "GET", "v1/operator/ledger/{creatorId}", Operator, "A creator's books, added up anew.", creators.TrialBalanceAsync) { Response = typeof(TrialBalanceView) },
        new("PostAdjustment", "POST", "v1/operator/ledger/{creatorId}/adjustments", Operator, "Corrects a creator's books by one more transaction.", ledger.AdjustAsync)
        { Request = typeof(AdjustmentRequest), Response = typeof(TransactionView), Success = 201, Keyed = true },
        new("ShowCommission", "GET", "v1/operator/creators/{creatorId}/commission", Operator, "What we keep of a creator's sales, now and before.", ledger.CommissionAsync) { Response = typeof(CommissionView) },
        new("SetCommission", "PUT", "v1/operator/creators/{creatorId}/commission", Operator, "Agrees another commission for payments from now or a later instant on.", ledger.SetCommissionAsync)
        { Request = typeof(CommissionRequest), Response = typeof(CommissionView), Conditional = true, Refusals = ["409 too-many-versions"] },
        new("ShowPayoutAccount", "GET", "v1/operator/creators/{creatorId}/payout-account", Operator, "Where a creator is paid.", ledger.PayoutAccountAsync) { Response = typeof(PayoutAccountView) },
        new("SetPayoutAccount", "PUT", "v1/operator/creators/{creatorId}/payout-account", Operator, "Says where a creator is paid.", ledger.SetPayoutAccountAsync)
        { Request = typeof(PayoutAccountRequest), Response = typeof(PayoutAccountView), Conditional = true },
        new("ListPayouts", "GET", "v1/operator/payouts", Operator, "Everybody's payouts, newest first.", ledger.PayoutsAsync) { Response = typeof(ListView<PayoutView>), Paged = true },
        new("ShowPayout", "GET", "v1/operator/payouts/{payoutId}", Operator, "One payout.", ledger.PayoutAsync) { Response = typeof(PayoutView) },
        new("StartPayout", "POST", "v1/operator/payouts", Operator, "Pays a creator all that she is owed, outside the calendar.", ledger.StartPayoutAsync)
        { Request = typeof(PayoutRequest), Response = typeof(PayoutView), Success = 202, Keyed = true, Refusals = ["409 no-payout-account", "409 nothing-owed"] },
        new("ListReconciliations", "GET", "v1/operator/reconciliations", Operator, "Days on which the provider's books were compared with ours, newest first.", ledger.ReconciliationsAsync)
        { Response = typeof(ListView<ReconciliationView>), Paged = true },
        new("ShowReconciliation", "GET", "v1/operator/reconciliations/{day}", Operator, "What comparing one day (2026-01-31) gave.", ledger.ReconciliationAsync) { Response = typeof(ReconciliationView) },
        new("ListDifferences", "GET", "v1/operator/reconciliations/{day}/differences", Operator, "A day's differences, each with what to do.", ledger.DifferencesAsync)
        { Response = typeof(ListView<DifferenceView>), Paged = true },
        new("StartReconciliation", "POST", "v1/operator/reconciliations", Operator, "Compares a day (again).", ledger.ReconcileAsync)
        { Request = typeof(ReconcileRequest), Response = typeof(ReconcileAnswer), Success = 202, Keyed = true, RemembersKey = true },
        new("ListDeadLetters", "GET", "v1/operator/dead-letters", Operator, "Messages that nobody could handle, oldest first in each queue; up to 100 of each.", operations.DeadLettersAsync)
        { Response = typeof(ListView<DeadLetterView>), Query = [Queue], Refusals = ["400 bad-queue"] },
        new("ReplayDeadLetter", "POST", "v1/operator/dead-letters/{queue}/{messageId}/replay", Operator, "Has a dead letter handled again.", operations.ReplayDeadLetterAsync)
        { Response = typeof(DeadLetterAnswer), Success = 202, Keyed = true, RemembersKey = true },
        new("StartReplay", "POST", "v1/operator/replays", Operator, "Has one of the provider's events, one of its objects, or all events of a time applied again.", operations.StartReplayAsync)
        { Request = typeof(ReplayRequest), Response = typeof(ReplayView), Success = 202, Keyed = true, Refusals = ["404 not-found"] },
        new("ShowReplay", "GET", "v1/operator/replays/{replayId}", Operator, "How far a replay is.", operations.ReplayAsync) { Response = typeof(ReplayView) },
        new("ShowInboxEvent", "GET", "v1/operator/inbox/{eventId}", Operator, "One of the provider's events, and what became of it.", operations.InboxEventAsync) { Response = typeof(InboxEventView) },
        new("ShowPurchase", "GET", "v1/operator/purchases/{purchaseId}", Operator, "A purchase with its refunds: who, why, when.", operations.PurchaseAsync) { Response = typeof(OperatorPurchaseView) },
        new("ShowAccess", "GET", "v1/operator/viewers/{viewerId}/access/{seriesId}", Operator, "Somebody's grants for a series, each with its history.", operations.AccessAsync) { Response = typeof(AccessView) },
        new("ChangeAccess", "POST", "v1/operator/viewers/{viewerId}/access/{seriesId}", Operator, "Gives somebody a series, or takes away what an operator gave.", operations.ChangeAccessAsync)
        { Request = typeof(AccessRequest), Response = typeof(AccessView), Keyed = true, RemembersKey = true },

        new("AnnounceVideo", "POST", "v1/videos", User, "Announces a video and answers a ticket to upload it.", videos.AnnounceAsync)
        { Request = typeof(AnnounceFileRequest), Response = typeof(VideoView), Success = 201, Keyed = true, Limit = LimitGroup.Uploads, Refusals = ["403 creator-required", "409 too-many-uploads", "409 storage-full", "429 upload-quota-used"] },
        new("ShowVideo", "GET", "v1/videos/{videoId}", User, "One of the caller's videos.", videos.ShowAsync) { Response = typeof(VideoView) },
        new("ListMyVideos", "GET", "v1/me/videos", User, "The caller's videos, newest first.", videos.ListMineAsync) { Response = typeof(ListView<VideoView>), Paged = true },
        new("DeleteVideo", "DELETE", "v1/videos/{videoId}", User, "Deletes a video that no series uses; those who bought it keep it.", videos.DeleteAsync) { Success = 204, Conditional = true, Refusals = ["409 video-in-use"] },

        new("CreateSeries", "POST", "v1/series", User, "Makes a series, with a first discount if wanted.", authoring.CreateAsync)
        { Request = typeof(CreateSeriesRequest), Response = typeof(SeriesView), Success = 201, Keyed = true, Refusals = ["403 creator-required"] },
        new("BrowseSeries", "GET", "v1/series", Anyone, "The public catalogue.", series.BrowseAsync) { Response = typeof(ListView<SeriesSummary>), Paged = true, Query = [Category, Search, Sort] },
        new("ShowSeries", "GET", "v1/series/{seriesId}", Anyone, "A series with its price at this instant; its owner sees the draft too.", series.ShowAsync) { Response = typeof(SeriesView) },
        new("PatchSeries", "PATCH", "v1/series/{seriesId}", User, "Changes the working copy: a JSON merge patch.", authoring.PatchAsync)
        { Request = typeof(PatchSeriesRequest), Response = typeof(SeriesView), Conditional = true, Refusals = ["409 price-fixed", "409 in-review", "403 not-the-owner"] },
        new("DeleteSeries", "DELETE", "v1/series/{seriesId}", User, "Deletes a series that nobody bought.", authoring.DeleteAsync) { Success = 204, Conditional = true, Audited = true, Refusals = ["409 has-buyers", "409 in-review"] },
        new("AttachVideo", "POST", "v1/series/{seriesId}/videos", User, "Puts a video into the working copy.", authoring.AttachAsync)
        { Request = typeof(AttachVideoRequest), Response = typeof(SeriesView), Success = 201, Keyed = true, RemembersKey = true, Refusals = ["409 series-full", "409 video-rejected", "409 in-review"] },
        new("AddVideoToSeries", "POST", "v1/videos/{videoId}/series", User, "Puts a video into a series of the caller's, or into one that is made for it in the same call.", authoring.AddToSeriesAsync)
        {
            Request = typeof(AddToSeriesRequest), Response = typeof(SeriesView), Success = 201, Keyed = true, RemembersKey = true,
            Refusals = ["403 creator-required", "409 series-full", "409 video-rejected", "409 in-review"],
        },
        new("ReorderVideos", "PUT", "v1/series/{seriesId}/videos/order", User, "Puts the videos into another order.", authoring.ReorderAsync)
        { Request = typeof(ReorderVideosRequest), Response = typeof(SeriesView), Conditional = true, Refusals = ["409 in-review"] },
        new("RetitleVideo", "PATCH", "v1/series/{seriesId}/videos/{videoId}", User, "Gives a video of the series another title.", authoring.RetitleAsync)
        { Request = typeof(RetitleVideoRequest), Response = typeof(SeriesView), Conditional = true, Refusals = ["409 in-review"] },
        new("DetachVideo", "DELETE", "v1/series/{seriesId}/videos/{videoId}", User, "Takes a video out of the working copy.", authoring.DetachAsync)
        { Response = typeof(SeriesView), Conditional = true, Refusals = ["409 in-review"] },
        new("AnnounceCover", "POST", "v1/series/{seriesId}/cover", User, "Announces a cover and answers a ticket to upload it.", authoring.AnnounceCoverAsync)
        { Request = typeof(AnnounceCoverRequest), Response = typeof(CoverView), Success = 201, Keyed = true, Limit = LimitGroup.Uploads, Refusals = ["409 in-review"] },
        new("ShowCover", "GET", "v1/series/{seriesId}/cover", Anyone, "Leads to the picture of a published series.", series.CoverAsync) { Success = 302 },
        new("SubmitSeries", "POST", "v1/series/{seriesId}/submit", User, "Hands the working copy to review.", authoring.SubmitAsync)
        { Response = typeof(SeriesView), Success = 202, Audited = true, Refusals = ["422 not-complete", "409 video-not-ready", "409 nothing-to-review"] },
        new("UnlistSeries", "POST", "v1/series/{seriesId}/unlist", User, "Takes a published series off sale.", authoring.UnlistAsync) { Response = typeof(SeriesView), Audited = true, Refusals = ["409 not-published"] },
        new("RelistSeries", "POST", "v1/series/{seriesId}/relist", User, "Puts an unlisted series back on sale.", authoring.RelistAsync) { Response = typeof(SeriesView), Audited = true, Refusals = ["409 not-published"] },
        new("ListSeriesOfCreator", "GET", "v1/creators/{creatorId}/series", Anyone, "What one creator sells, newest first.", series.OfCreatorAsync) { Response = typeof(ListView<SeriesSummary>), Paged = true },
        new("ListMySeries", "GET", "v1/me/series", User, "The caller's own series with drafts, newest first.", series.MineAsync) { Response = typeof(ListView<SeriesSummary>), Paged = true },

        new("SetDiscount", "POST", "v1/series/{seriesId}/discounts", User, "Sets a limited-time discount.", authoring.SetDiscountAsync)
        { Request = typeof(DiscountRequest), Response = typeof(DiscountView), Success = 201, Keyed = true, Refusals = ["409 discount-overlaps", "409 too-many-discounts"] },
        new("ListDiscounts", "GET", "v1/series/{seriesId}/discounts", User, "The discounts of one of the caller's series, newest first.", authoring.ListDiscountsAsync)
        { Response = typeof(ListView<DiscountView>), Paged = true },
        new("ShowDiscount", "GET", "v1/series/{seriesId}/discounts/{discountId}", User, "One discount.", authoring.ShowDiscountAsync) { Response = typeof(DiscountView) },
        new("EndDiscount", "DELETE", "v1/series/{seriesId}/discounts/{discountId}", User, "Ends a discount now.", authoring.EndDiscountAsync) { Success = 204, Conditional = true },

        new("SetPromoCode", "POST", "v1/series/{seriesId}/codes", User, "Makes a promo code for one of the caller's series: a percentage or an amount, with a window and a limit if wanted.", codes.SetAsync)
        { Request = typeof(PromoCodeRequest), Response = typeof(PromoCodeView), Success = 201, Keyed = true, Refusals = ["409 code-exists", "409 removed", "403 not-the-owner"] },
        new("ListPromoCodes", "GET", "v1/series/{seriesId}/codes", User, "The promo codes of one of the caller's series with their uses, newest first.", codes.ListAsync)
        { Response = typeof(ListView<PromoCodeView>), Paged = true },
        new("ShowPromoCode", "GET", "v1/series/{seriesId}/codes/{code}", User, "One promo code; in any case.", codes.ShowAsync) { Response = typeof(PromoCodeView) },
        new("EndPromoCode", "DELETE", "v1/series/{seriesId}/codes/{code}", User, "Ends a promo code now; open checkouts keep their price.", codes.EndAsync) { Success = 204, Conditional = true },

        new("ShowQuote", "GET", "v1/series/{seriesId}/quote", User, "What the caller would pay now, with a promo code or without; nothing is held.", checkout.QuoteAsync)
        { Response = typeof(QuoteView), Limit = LimitGroup.Checkouts, Query = [Promo], Refusals = CodeRefusals },
        new("StartCheckout", "POST", "v1/series/{seriesId}/checkout", User, "Starts paying; 200 answers the one that is open already.", checkout.StartAsync)
        {
            Request = typeof(CheckoutRequestBody), Response = typeof(CheckoutView), Success = 201, AlsoSuccess = 200, Keyed = true, Limit = LimitGroup.Checkouts,
            Refusals = ["409 already-owned", "409 own-series", "409 not-for-sale", "409 purchase-disputed", "409 payment-refused", "503 unavailable", .. CodeRefusals],
        },
        new("GiveSeries", "POST", "v1/series/{seriesId}/gifts", User, "Starts paying for a gift; its receiver accepts or declines it once it is paid. 200 answers the one that is open already.", gifts.GiveAsync)
        {
            Request = typeof(GiftRequest), Response = typeof(CheckoutView), Success = 201, AlsoSuccess = 200, Keyed = true, Limit = LimitGroup.Checkouts,
            Refusals = ["409 receiver-owns-it", "409 gift-waiting", "409 gift-to-self", "409 not-for-sale", "409 payment-refused", "503 unavailable", .. CodeRefusals],
        },
        new("ListMyGifts", "GET", "v1/me/gifts", User, "What the caller was given, newest first.", gifts.ListAsync) { Response = typeof(ListView<GiftView>), Paged = true },
        new("ShowGift", "GET", "v1/me/gifts/{giftId}", User, "One gift that the caller was given.", gifts.ShowAsync) { Response = typeof(GiftView) },
        new("AcceptGift", "POST", "v1/me/gifts/{giftId}/accept", User, "Accepts a gift: the series is the caller's. The same answer again changes nothing.", gifts.AcceptAsync)
        { Response = typeof(GiftView), Refusals = ["409 gift-closed", "409 gift-on-hold", "409 already-owned"] },
        new("DeclineGift", "POST", "v1/me/gifts/{giftId}/decline", User, "Declines a gift: its giver gets the money back. The same answer again changes nothing.", gifts.DeclineAsync)
        { Response = typeof(GiftView), Refusals = ["409 gift-closed"] },
        new("ShowCheckout", "GET", "v1/checkouts/{checkoutId}", User, "How one of the caller's checkouts stands.", checkout.ShowAsync) { Response = typeof(CheckoutView) },
        new("ReceiveWebhook", "POST", "v1/webhooks/stripe", Nobody, "The payment provider tells what happened; stored once, worked off later.", checkout.ReceiveWebhookAsync)
        { RawBody = true, MaxBody = 512 * 1024, Response = typeof(WebhookView), Refusals = ["400 bad-signature"] },
        new("ShowLibrary", "GET", "v1/me/library", User, "The series that the caller can watch, newest first.", checkout.LibraryAsync) { Response = typeof(ListView<LibraryItem>), Paged = true },
        new("ListMyPurchases", "GET", "v1/me/purchases", User, "What the caller paid for, newest first.", checkout.PurchasesAsync) { Response = typeof(ListView<PurchaseView>), Paged = true },
        new("RefundMyPurchase", "POST", "v1/me/purchases/{purchaseId}/refund", User, "Gives one of the caller's purchases back, within the rule.", operations.RefundOwnAsync)
        { Response = typeof(PurchaseView), Success = 202, Keyed = true, Audited = true, Refusals = ["422 refund-window-over, watched-too-much, subscription-not-returned", "409 already-refunded", "409 disputed", "409 changed-meanwhile"] },
        new("RefundPurchase", "POST", "v1/operator/purchases/{purchaseId}/refund", Operator, "Gives back all that is left of a purchase, or a part.", checkout.RefundAsync)
        { Request = typeof(RefundRequest), Response = typeof(PurchaseView), Success = 202, Keyed = true, Refusals = ["409 already-refunded", "409 disputed", "409 changed-meanwhile"] },
        new("StartPlayback", "GET", "v1/series/{seriesId}/videos/{videoId}/playback", User, "A URL that plays the video for a quarter of an hour.", checkout.PlaybackAsync)
        { Response = typeof(PlaybackView), Refusals = ["403 purchase-required", "403 withheld"] },

        new("ListAudit", "GET", "v1/operator/audit", Operator, "What moderators, operators and the platform did, newest first: to one object, by one actor, or in a time; the last day if nothing is said.", audit.ListAsync)
        { Response = typeof(ListView<AuditView>), Paged = true, Query = AuditQuery },

        new("AddTier", "POST", "v1/creators/me/tiers", User, "Offers another tier to subscribe to, monthly.", subscriptions.AddTierAsync)
        { Request = typeof(TierRequest), Response = typeof(TierView), Success = 201, Keyed = true, Refusals = ["403 subscription-programme-required", "403 creator-suspended", "409 too-many-tiers"] },
        new("ListMyTiers", "GET", "v1/creators/me/tiers", User, "The caller's tiers in her order, then the retired ones.", subscriptions.MyTiersAsync) { Response = typeof(ListView<TierView>) },
        new("ReorderTiers", "PUT", "v1/creators/me/tiers/order", User, "Puts the tiers into another order.", subscriptions.ReorderTiersAsync)
        { Request = typeof(ReorderTiersRequest), Response = typeof(ListView<TierView>), Conditional = true },
        new("PatchTier", "PATCH", "v1/creators/me/tiers/{tierId}", User, "Changes a tier: a JSON merge patch. Another price is for new subscribers.", subscriptions.PatchTierAsync)
        { Request = typeof(PatchTierRequest), Response = typeof(TierView), Conditional = true, Refusals = ["409 tier-retired"] },
        new("RetireTier", "DELETE", "v1/creators/me/tiers/{tierId}", User, "Takes no new subscribers for a tier; those of before stay.", subscriptions.RetireTierAsync) { Success = 204, Conditional = true },
        new("ListTiers", "GET", "v1/creators/{creatorId}/tiers", Anyone, "What a creator offers to subscribe to, in her order; nothing while she is suspended.", subscriptions.TiersAsync) { Response = typeof(ListView<TierView>) },
        new("ShowTier", "GET", "v1/creators/{creatorId}/tiers/{tierId}", Anyone, "One tier, also a retired one.", subscriptions.TierAsync) { Response = typeof(TierView) },
        new("Subscribe", "POST", "v1/creators/{creatorId}/tiers/{tierId}/subscribe", User, "Opens a payment page for a monthly subscription; 200 answers the one that is open already.", subscriptions.SubscribeAsync)
        {
            Request = typeof(SubscribeBody), Response = typeof(SubscriptionView), Success = 201, AlsoSuccess = 200, Keyed = true,
            Refusals = ["409 already-subscribed", "409 own-tier", "409 tier-retired", "409 not-for-sale", "409 payment-refused", "503 unavailable"],
        },
        new("ListMySubscriptions", "GET", "v1/me/subscriptions", User, "The caller's subscriptions, newest first.", subscriptions.MySubscriptionsAsync) { Response = typeof(ListView<SubscriptionView>), Paged = true },
        new("ShowMySubscription", "GET", "v1/me/subscriptions/{subscriptionId}", User, "One of the caller's subscriptions.", subscriptions.MySubscriptionAsync) { Response = typeof(SubscriptionView) },
        new("CancelSubscription", "POST", "v1/me/subscriptions/{subscriptionId}/cancel", User, "Renews it no more: access lasts to the end of what is paid. One that is past due ends at once.", subscriptions.CancelAsync)
        { Response = typeof(SubscriptionView), Refusals = ["409 not-paid", "409 subscription-ended"] },
        new("ResumeSubscription", "POST", "v1/me/subscriptions/{subscriptionId}/resume", User, "Renews a cancelled one after all.", subscriptions.ResumeAsync)
        { Response = typeof(SubscriptionView), Refusals = ["409 not-paid", "409 past-due", "409 subscription-ended", "409 not-for-sale", "409 erasure-under-way"] },
        new("ChangeSubscriptionTier", "POST", "v1/me/subscriptions/{subscriptionId}/tier", User, "Into a dearer tier at once, the difference to what was paid charged for the rest of the period; into any other from the next period on. Her own takes back what was to come.", subscriptions.ChangeTierAsync)
        {
            Request = typeof(ChangeTierRequest), Response = typeof(SubscriptionView), Keyed = true, RemembersKey = true,
            Refusals =
            [
                "409 not-paid", "409 past-due", "409 subscription-cancelling", "409 subscription-ended", "409 change-pending", "409 tier-retired", "409 not-for-sale", "409 purchase-disputed", "409 payment-refused",
                "409 erasure-under-way",
            ],
        },
        new("AgreeSubscriptionPrice", "POST", "v1/me/subscriptions/{subscriptionId}/price", User, "Agrees to what her tier costs by now, from the next period on; a change into another tier that was to come is taken back.", subscriptions.AgreePriceAsync)
        {
            Request = typeof(AgreePriceRequest), Response = typeof(SubscriptionView), Keyed = true, RemembersKey = true,
            Refusals =
            [
                "409 price-changed", "409 price-not-changed", "409 not-paid", "409 past-due", "409 subscription-cancelling", "409 subscription-ended", "409 change-pending", "409 tier-retired", "409 not-for-sale",
                "409 payment-refused", "409 erasure-under-way",
            ],
        },
        new("OpenSubscriptionPortal", "POST", "v1/me/subscriptions/{subscriptionId}/portal", User, "A fresh link to the payment provider's pages, on which the caller changes her card.", subscriptions.PortalAsync)
        { Request = typeof(PortalRequest), Response = typeof(PortalView), Success = 201, Keyed = true, RemembersKey = true, AnswersAnew = true, Refusals = ["409 not-paid", "409 portal-refused", "503 unavailable"] },
        .. engagement.Routes,
        .. comments.Routes,
        .. ratings.Routes,
        .. links.Routes,
        .. analytics.Routes,

        new("PublishExclusive", "POST", "v1/creators/me/exclusives", User, "Hands a video to review; approved, it is for subscribers of the chosen tiers alone.", exclusives.PublishAsync)
        { Request = typeof(PublishExclusiveRequest), Response = typeof(MyExclusiveView), Success = 201, Keyed = true, Refusals = ["403 subscription-programme-required", "403 creator-suspended", "409 video-not-ready"] },
        new("ListMyExclusives", "GET", "v1/creators/me/exclusives", User, "The caller's videos for subscribers, newest first, whatever became of them.", exclusives.MineAsync) { Response = typeof(ListView<MyExclusiveView>), Paged = true },
        new("ShowMyExclusive", "GET", "v1/creators/me/exclusives/{exclusiveId}", User, "One of the caller's videos for subscribers, with what moderation said last.", exclusives.ShowMineAsync) { Response = typeof(MyExclusiveView) },
        new("EditExclusive", "PATCH", "v1/creators/me/exclusives/{exclusiveId}", User, "Another title or description, handed to review at once; until it is approved subscribers see what was.", exclusives.EditAsync)
        { Request = typeof(EditExclusiveRequest), Response = typeof(MyExclusiveView), Conditional = true, Refusals = ["403 subscription-programme-required, creator-suspended", "409 in-review, removed, nothing-to-review"] },
        new("SetExclusiveTiers", "PUT", "v1/creators/me/exclusives/{exclusiveId}/tiers", User, "Says which tiers may watch it from now on.", exclusives.SetTiersAsync)
        { Request = typeof(ExclusiveTiersRequest), Response = typeof(MyExclusiveView), Conditional = true },
        new("RemoveExclusive", "DELETE", "v1/creators/me/exclusives/{exclusiveId}", User, "Takes it back for good; the video stays its creator's.", exclusives.RemoveAsync)
        { Success = 204, Conditional = true, Refusals = ["409 in-review", "409 removed"] },
        new("ListExclusives", "GET", "v1/creators/{creatorId}/exclusives", User, "A creator's videos that the caller's tier may watch, newest first.", exclusives.FeedAsync)
        { Response = typeof(ListView<ExclusiveView>), Paged = true, Refusals = ["403 subscription-required"] },
        new("PlayExclusive", "GET", "v1/creators/{creatorId}/exclusives/{exclusiveId}/playback", User, "A URL that plays it for a quarter of an hour.", exclusives.PlayAsync)
        { Response = typeof(PlaybackView), Refusals = ["403 subscription-required"] },

        new("ListMyNotifications", "GET", "v1/me/notifications", User, "What the caller was told, newest first, and how much of it she has not read.", notifications.ListAsync)
        { Response = typeof(FeedView), Paged = true },
        new("MarkNotificationsRead", "POST", "v1/me/notifications/read", User, "Marks everything up to one line as read, or single lines.", notifications.MarkReadAsync)
        { Request = typeof(MarkReadRequest), Response = typeof(UnreadView) },

        new("RequestExport", "POST", "v1/me/export", User, "Asks for everything that is stored about the caller; while it is made, asking again answers the same.", privacy.ExportAsync)
        { Response = typeof(ExportView), Success = 202, Keyed = true, RemembersKey = true },
        new("ShowExport", "GET", "v1/me/export", User, "How the caller's last export stands; once it is ready, where to fetch it.", privacy.ShowExportAsync) { Response = typeof(ExportView), Refusals = ["404 not-found"] },

        new("RequestErasure", "POST", "v1/me/erasure", User, "Erases the caller: her access ends, what the books must keep stays without what it said of her, and the rest goes. While it goes on, asking again answers the same.", privacy.EraseAsync)
        { Response = typeof(ErasureView), Success = 202, Keyed = true, RemembersKey = true, Audited = true },
        new("ShowErasure", "GET", "v1/me/erasure", User, "How the caller's last erasure stands: what blocks it, or what was deleted, blanked and kept, and why.", privacy.ShowErasureAsync)
        { Response = typeof(ErasureView), Refusals = ["404 not-found"] },
        new("EraseAccount", "POST", "v1/platform/users/{userId}/erasure", Platform, "Erases a user whose account the host app has deleted.", privacy.EraseAccountAsync)
        { Response = typeof(ErasureView), Success = 202, Keyed = true, RemembersKey = true },
        new("ShowAccountErasure", "GET", "v1/platform/users/{userId}/erasure", Platform, "How that stands.", privacy.ShowErasureOfUserAsync) { Response = typeof(ErasureView) },
        new("EraseUser", "POST", "v1/operator/users/{userId}/erasure", Operator, "Erases a user who has asked for it elsewhere.", privacy.EraseUserAsync)
        { Response = typeof(ErasureView), Success = 202, Keyed = true, RemembersKey = true },
        new("ShowUserErasure", "GET", "v1/operator/users/{userId}/erasure", Operator, "How that stands.", privacy.ShowErasureOfUserAsync) { Response = typeof(ErasureView) },

        new("RegisterWebhook", "POST", "v1/platform/webhooks", Platform, "Names a URL that is told what happens, signed as Standard Webhooks says; the answer holds the secret.", webhooks.RegisterAsync)
        { Request = typeof(RegisterWebhookRequest), Response = typeof(WebhookEndpointView), Success = 201, Keyed = true, Refusals = ["409 too-many-endpoints"] },
        new("ListWebhooks", "GET", "v1/platform/webhooks", Platform, "The platform's endpoints.", webhooks.ListAsync) { Response = typeof(ListView<WebhookEndpointView>), Paged = true },
        new("ShowWebhook", "GET", "v1/platform/webhooks/{endpointId}", Platform, "One endpoint.", webhooks.ShowAsync) { Response = typeof(WebhookEndpointView) },
        new("RemoveWebhook", "DELETE", "v1/platform/webhooks/{endpointId}", Platform, "Removes an endpoint; what waits for it is not sent any more.", webhooks.RemoveAsync) { Success = 204, Conditional = true },
        new("RotateWebhookSecret", "POST", "v1/platform/webhooks/{endpointId}/rotate", Platform, "Makes a new secret; for a day everything is signed with the old one too.", webhooks.RotateAsync)
        { Response = typeof(WebhookEndpointView), Keyed = true },
        new("EnableWebhook", "POST", "v1/platform/webhooks/{endpointId}/enable", Platform, "Switches an endpoint on again.", webhooks.EnableAsync) { Response = typeof(WebhookEndpointView) },
        new("ListDeliveries", "GET", "v1/platform/webhooks/{endpointId}/deliveries", Platform, "What was sent to an endpoint and what it answered, newest first.", webhooks.ListDeliveriesAsync)
        { Response = typeof(ListView<DeliveryView>), Paged = true },
        new("ShowDelivery", "GET", "v1/platform/webhooks/{endpointId}/deliveries/{deliveryId}", Platform, "One delivery with its body.", webhooks.ShowDeliveryAsync) { Response = typeof(DeliveryView) },
        new("ReplayDelivery", "POST", "v1/platform/webhooks/{endpointId}/deliveries/{deliveryId}/replay", Platform, "Sends a delivery once more.", webhooks.ReplayAsync)
        { Response = typeof(DeliveryView), Success = 202, Keyed = true, RemembersKey = true, Refusals = ["409 endpoint-off"] },

        new("FileReport", "POST", "v1/reports", User, "Reports a series, one video of it or a comment on that; the same report again changes nothing.", moderation.ReportAsync)
        { Request = typeof(ReportRequest), Response = typeof(ReportView), Success = 202, Keyed = true, RemembersKey = true, Refusals = ["409 already-reported", "409 own-series", "409 own-comment", "409 removed", "429 too-many-reports"] },
        new("AppealDecision", "POST", "v1/series/{seriesId}/appeal", User, "Appeals what moderation decided about one of the caller's series, once per decision.", moderation.AppealAsync)
        { Request = typeof(AppealRequest), Response = typeof(AppealView), Success = 202, Keyed = true, RemembersKey = true, Audited = true, Refusals = ["409 nothing-to-appeal", "409 already-appealed", "403 not-the-owner"] },
        new("ListCases", "GET", "v1/moderation/cases", Moderator, "Cases: the open ones by risk, then oldest first; the decided ones oldest first.", moderation.ListAsync) { Response = typeof(ListView<CaseView>), Paged = true, Query = [State] },
        new("ShowCase", "GET", "v1/moderation/cases/{caseId}", Moderator, "A case with what was submitted.", moderation.ShowAsync) { Response = typeof(CaseView) },
        new("ClaimCase", "POST", "v1/moderation/cases/{caseId}/claim", Moderator, "Takes a case for a quarter of an hour, so that nobody else works on it; again, for as long from now.", moderation.ClaimAsync)
        { Response = typeof(CaseView), Refusals = ["409 claimed", "409 already-decided", "403 own-series", "403 own-decision"] },
        new("ReleaseCase", "POST", "v1/moderation/cases/{caseId}/release", Moderator, "Gives a claimed case back.", moderation.ReleaseAsync)
        { Response = typeof(CaseView), Refusals = ["409 claimed", "409 already-decided"] },
        new("DecideCase", "POST", "v1/moderation/cases/{caseId}/decision", Moderator, "Decides a case; the same decision again changes nothing.", moderation.DecideAsync)
        { Request = typeof(DecisionRequest), Response = typeof(CaseView), Keyed = true, RemembersKey = true, AnswersAnew = true, Refusals = ["409 already-decided", "409 claimed", "403 own-series", "403 own-decision", "422 decision-does-not-fit"] },
        new("ListKnownBadFiles", "GET", "v1/moderation/known-bad-files", Moderator, "Files that no series may hold, oldest first by their last change; and those that may again.", knownBad.ListAsync)
        { Response = typeof(ListView<KnownBadFileView>), Paged = true, Query = [BanState], Refusals = ["400 bad-state"] },
        new("ShowKnownBadFile", "GET", "v1/moderation/known-bad-files/{sha256}", Moderator, "One of them, with who banned it and who lifted that.", knownBad.ShowAsync) { Response = typeof(KnownBadFileView) },
        new("BanFile", "POST", "v1/moderation/known-bad-files", Moderator, "Bans a file by its SHA-256: a revision that holds it is sent back without a person. What is banned by a moderator already stays so.", knownBad.BanAsync)
        { Request = typeof(BanFileRequest), Response = typeof(KnownBadFileView), Success = 201, Keyed = true, RemembersKey = true },
        new("LiftFileBan", "DELETE", "v1/moderation/known-bad-files/{sha256}", Moderator, "Lifts the ban of a file, whatever its causes.", knownBad.LiftAsync) { Success = 204, Conditional = true },
    ];

    public ApiRoute this[string name] => All.First(route => route.Name == name);
}
