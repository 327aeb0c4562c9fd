using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeriesFunctions.Core.Documents;
using SeriesFunctions.Core.Engagement;

namespace Core.Tests;

/// <summary>A comment is written by the generated writer and read by hand: both readers must see the same in whatever that wrote.</summary>
public sealed class CommentJsonTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 1, 2, 3, 456, TimeSpan.Zero);

    private static readonly Comment Least = new(new("com_1"), new("viewer-1"), null, "Lovely", CommentState.Visible, At);

    private static readonly Comment Whole = new(
        new("com_2"), new("viewer-2"), new("com_1"), "Grüße 👩‍👩‍👧 \"and\" \\ \n </script>", CommentState.Removed, At.AddTicks(7), 3, At.AddDays(1), 12_345_678_901, 42, Pinned: true,
        new(new("cas_1"), CommentState.Held, Pinned: true), "4350599d011efe1442bcc8f355e79324", ByWorth: true);

    private const string Follows = """
        ,"isListed":true,"standsOut":false,"sort":"listed|0|0|20261122010203456|com_1","later":{"at":[1,{"id":"no"}],"text":null}}
        """;

    private const string Nulls = """
        ,"parentId":null,"editedAt":null,"removed":null,"request":null}
        """;

    public static TheoryData<string> Documents =>
    [
        Json(Least),
        Json(Whole),
        .. Enum.GetValues<CommentState>().Where(state => state != Least.State).Select(state => Json(Least with { State = state })),
        Reversed(Json(Whole)),
        // As earlier versions wrote them, with what follows from the rest, and as a later one may.
        Json(Least)[..^1] + Follows,
        Json(Least)[..^1] + Nulls,
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Both_readers_see_the_same(string json) => Assert.Equal(Generated(json), CommentJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void What_is_written_is_read_again()
    {
        Assert.Equal(Least, CommentJson.Read(Encoding.UTF8.GetBytes(Json(Least))));
        Assert.Equal(Whole, CommentJson.Read(Encoding.UTF8.GetBytes(Json(Whole))));
    }

    [Fact]
    public void No_part_of_a_comment_is_left_out_above()
    {
        foreach (var part in typeof(Comment).GetConstructors().Single(made => made.GetParameters().Length > 1).GetParameters())
        {
            var property = typeof(Comment).GetProperty(part.Name!)!;
            Assert.False(Equals(property.GetValue(Least), property.GetValue(Whole)), part.Name);
        }
    }

    [Fact]
    public void What_follows_from_the_rest_is_not_written()
    {
        var written = JsonNode.Parse(Json(Whole))!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);
        Assert.Equal(
            typeof(Comment).GetConstructors().Single(made => made.GetParameters().Length > 1).GetParameters().Select(part => JsonNamingPolicy.CamelCase.ConvertName(part.Name!)).Order(StringComparer.Ordinal),
            written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"com_1","authorId":"viewer-1"}""")]
    [InlineData("""{"id":7,"authorId":"viewer-1","text":"","at":"2026-11-22T01:02:03Z"}""")]
    [InlineData("""{"id":"com_1","authorId":"viewer-1","text":"","at":"yesterday"}""")]
    [InlineData("""{"id":"com_1","authorId":"viewer-1","text":"","state":"Loud","at":"2026-11-22T01:02:03Z"}""")]
    [InlineData("""{"id":"com_1","authorId":"viewer-1","text":"cut""")]
    public void What_is_no_comment_is_not_taken_for_one(string json) => Assert.ThrowsAny<Exception>(() => CommentJson.Read(Encoding.UTF8.GetBytes(json)));

    private static Comment Generated(string json) => JsonSerializer.Deserialize(json, Shape<Comment>.Info)!;

    private static string Json(Comment comment) => JsonSerializer.Serialize(comment, Shape<Comment>.Info);

    private static string Reversed(string json)
    {
        var properties = JsonNode.Parse(json)!.AsObject().Reverse().Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()));
        return new JsonObject(properties).ToJsonString();
    }
}
