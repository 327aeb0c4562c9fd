using System.Text.Json.Serialization;
using SeriesFunctions.Core.Catalog;
using SeriesFunctions.Core.Checkout;
using SeriesFunctions.Core.Creators;
using SeriesFunctions.Core.Engagement;
using SeriesFunctions.Core.Gifts;
using SeriesFunctions.Core.Kernel;
using SeriesFunctions.Core.Ledger;
using SeriesFunctions.Core.Library;
using SeriesFunctions.Core.Links;
using SeriesFunctions.Core.Media;
using SeriesFunctions.Core.Moderation;
using SeriesFunctions.Core.Pricing;
using SeriesFunctions.Core.Privacy;
using SeriesFunctions.Core.Subscriptions;
using SeriesFunctions.Core.Webhooks;
using SeriesFunctions.Http.Views;

namespace SeriesFunctions.Http.Conventions;

/// <summary>How the API's JSON looks: camelCase, enums in camelCase, times in UTC with Z. Generated code, no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    Converters =
    [
        typeof(ApiTime), typeof(ApiUtcTime), typeof(CamelCase<AccountType>), typeof(CamelCase<Programme>), typeof(CamelCase<ProgrammeStatus>), typeof(CamelCase<ApplicationDecision>),
        typeof(CamelCase<UploadStatus>), typeof(CamelCase<SeriesState>), typeof(CamelCase<DraftState>), typeof(CamelCase<DiscountState>), typeof(CamelCase<CheckoutState>),
        typeof(CamelCase<PurchaseState>), typeof(CamelCase<RefundStatus>), typeof(CamelCase<GrantCause>), typeof(CamelCase<Verdict>), typeof(CamelCase<CaseState>), typeof(CamelCase<CaseKind>), typeof(CamelCase<CaseRisk>),
        typeof(CamelCase<BuyersAfter>), typeof(CamelCase<GiftState>),
        typeof(CamelCase<GrantState>), typeof(CamelCase<DisputeStatus>), typeof(CamelCase<AccessDecision>), typeof(CamelCase<PayoutState>), typeof(CamelCase<TransactionKind>),
        typeof(CamelCase<AdjustmentAgainst>), typeof(CamelCase<DifferenceKind>), typeof(CamelCase<ReplayState>), typeof(CamelCase<InboxState>),
        typeof(CamelCase<EndpointState>), typeof(CamelCase<DeliveryState>),
        typeof(CamelCase<PayoutAccountStatus>),
        typeof(CamelCase<ReportReason>), typeof(CamelCase<CommentState>),
        typeof(CamelCase<SubscriptionState>),
        typeof(CamelCase<LinkKind>), typeof(CamelCase<LinkPlace>),
        typeof(CamelCase<ExportState>),
        typeof(CamelCase<ErasureState>),
    ])]
[JsonSerializable(typeof(IReadOnlyList<FieldError>))]
[JsonSerializable(typeof(List<Unmet>))]
[JsonSerializable(typeof(ReportProfileRequest))]
[JsonSerializable(typeof(ReportStrikeRequest))]
[JsonSerializable(typeof(StandingView))]
[JsonSerializable(typeof(ApplicationRequest))]
[JsonSerializable(typeof(ApplicationAnswer))]
[JsonSerializable(typeof(DecideApplicationRequest))]
[JsonSerializable(typeof(CreatorAnswer))]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(ListView<ParkedEventView>))]
[JsonSerializable(typeof(ParkedEventAnswer))]
[JsonSerializable(typeof(OpenPayoutAccountRequest))]
[JsonSerializable(typeof(MyPayoutAccountView))]
[JsonSerializable(typeof(ListView<ApplicationView>))]
[JsonSerializable(typeof(AnnounceFileRequest))]
[JsonSerializable(typeof(AnnounceCoverRequest))]
[JsonSerializable(typeof(VideoView))]
[JsonSerializable(typeof(ListView<VideoView>))]
[JsonSerializable(typeof(CoverView))]
[JsonSerializable(typeof(CreateSeriesRequest))]
[JsonSerializable(typeof(PatchSeriesRequest))]
[JsonSerializable(typeof(AttachVideoRequest))]
[JsonSerializable(typeof(AddToSeriesRequest))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(RetitleVideoRequest))]
[JsonSerializable(typeof(ReorderVideosRequest))]
[JsonSerializable(typeof(SeriesView))]
[JsonSerializable(typeof(ListView<SeriesSummary>))]
[JsonSerializable(typeof(DiscountRequest))]
[JsonSerializable(typeof(DiscountView))]
[JsonSerializable(typeof(ListView<DiscountView>))]
[JsonSerializable(typeof(PromoCodeRequest))]
[JsonSerializable(typeof(PromoCodeView))]
[JsonSerializable(typeof(ListView<PromoCodeView>))]
[JsonSerializable(typeof(QuoteView))]
[JsonSerializable(typeof(GiftRequest))]
[JsonSerializable(typeof(GiftView))]
[JsonSerializable(typeof(ListView<GiftView>))]
[JsonSerializable(typeof(CheckoutRequestBody))]
[JsonSerializable(typeof(CheckoutView))]
[JsonSerializable(typeof(ListView<LibraryItem>))]
[JsonSerializable(typeof(PurchaseView))]
[JsonSerializable(typeof(ListView<PurchaseView>))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(PlaybackView))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(CaseView))]
[JsonSerializable(typeof(BanFileRequest))]
[JsonSerializable(typeof(KnownBadFileView))]
[JsonSerializable(typeof(ListView<KnownBadFileView>))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(AppealRequest))]
[JsonSerializable(typeof(AppealView))]
[JsonSerializable(typeof(ListView<CaseView>))]
[JsonSerializable(typeof(FeedView))]
[JsonSerializable(typeof(ListView<AuditView>))]
[JsonSerializable(typeof(ReportProgressRequest))]
[JsonSerializable(typeof(ProgressKeptView))]
[JsonSerializable(typeof(SeriesProgressView))]
[JsonSerializable(typeof(ListView<ContinueView>))]
[JsonSerializable(typeof(EngagementView))]
[JsonSerializable(typeof(ListView<BlockView>))]
[JsonSerializable(typeof(RatingRequest))]
[JsonSerializable(typeof(EditRatingRequest))]
[JsonSerializable(typeof(RatingView))]
[JsonSerializable(typeof(RatingsView))]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(LinkView))]
[JsonSerializable(typeof(ListView<LinkView>))]
[JsonSerializable(typeof(LinkTargetView))]
[JsonSerializable(typeof(ProductLinksRequest))]
[JsonSerializable(typeof(ProductLinksView))]
[JsonSerializable(typeof(ProfileView))]
[JsonSerializable(typeof(AnalyticsView))]
[JsonSerializable(typeof(CommentRequest))]
[JsonSerializable(typeof(CommentView))]
[JsonSerializable(typeof(ListView<CommentView>))]
[JsonSerializable(typeof(ExportView))]
[JsonSerializable(typeof(ErasureView))]
[JsonSerializable(typeof(MarkReadRequest))]
[JsonSerializable(typeof(UnreadView))]
[JsonSerializable(typeof(RegisterWebhookRequest))]
[JsonSerializable(typeof(WebhookEndpointView))]
[JsonSerializable(typeof(ListView<WebhookEndpointView>))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(ListView<DeliveryView>))]
[JsonSerializable(typeof(TierRequest))]
[JsonSerializable(typeof(PatchTierRequest))]
[JsonSerializable(typeof(ReorderTiersRequest))]
[JsonSerializable(typeof(TierView))]
[JsonSerializable(typeof(ListView<TierView>))]
[JsonSerializable(typeof(SubscribeBody))]
[JsonSerializable(typeof(ChangeTierRequest))]
[JsonSerializable(typeof(AgreePriceRequest))]
[JsonSerializable(typeof(PortalRequest))]
[JsonSerializable(typeof(PortalView))]
[JsonSerializable(typeof(SubscriptionView))]
[JsonSerializable(typeof(ListView<SubscriptionView>))]
[JsonSerializable(typeof(PublishExclusiveRequest))]
[JsonSerializable(typeof(EditExclusiveRequest))]
[JsonSerializable(typeof(ExclusiveTiersRequest))]
[JsonSerializable(typeof(MyExclusiveView))]
[JsonSerializable(typeof(ListView<MyExclusiveView>))]
[JsonSerializable(typeof(ListView<ExclusiveView>))]
[JsonSerializable(typeof(BalanceView))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(ListView<StatementView>))]
[JsonSerializable(typeof(ListView<SaleView>))]
[JsonSerializable(typeof(CommissionRequest))]
[JsonSerializable(typeof(CommissionView))]
[JsonSerializable(typeof(PayoutAccountRequest))]
[JsonSerializable(typeof(PayoutAccountView))]
[JsonSerializable(typeof(PayoutRequest))]
[JsonSerializable(typeof(PayoutView))]
[JsonSerializable(typeof(ListView<PayoutView>))]
[JsonSerializable(typeof(AdjustmentRequest))]
[JsonSerializable(typeof(TransactionView))]
[JsonSerializable(typeof(ReconcileRequest))]
[JsonSerializable(typeof(ReconcileAnswer))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(ListView<ReconciliationView>))]
[JsonSerializable(typeof(ListView<DifferenceView>))]
[JsonSerializable(typeof(OperatorPurchaseView))]
[JsonSerializable(typeof(AccessRequest))]
[JsonSerializable(typeof(AccessView))]
[JsonSerializable(typeof(ListView<DeadLetterView>))]
[JsonSerializable(typeof(DeadLetterAnswer))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(InboxEventView))]
[JsonSerializable(typeof(TrialBalanceView))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(HealthView))]
public sealed partial class ApiJson : JsonSerializerContext;
