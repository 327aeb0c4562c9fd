using SeriesFunctions.Core.Media;

namespace Media.Tests;

public sealed class CoverCheckTests
{
    [Theory]
    [InlineData("cover.jpg", "image/jpeg", "")]
    [InlineData("cover.png", "image/png", "")]
    [InlineData("cover.jpg", "Cover.JPEG", "")]
    [InlineData("cover.jpg", "image/png", "type-mismatch")]
    [InlineData("cover.png", "cover.jpg", "type-mismatch")]
    [InlineData("cover-319x640.png", "image/png", "too-small-picture")]
    [InlineData("cover-cut.jpg", "image/jpeg", "truncated")]
    [InlineData("cover-cut.png", "image/png", "truncated")]
    [InlineData("cover-bomb.jpg", "image/jpeg", "corrupt")]
    [InlineData("cover-8192.png", "image/png", "corrupt")]
    [InlineData("cover-bomb.png", "image/png", "corrupt,too-large-picture")]
    [InlineData("text.mp4", "image/png", "not-a-picture")]
    [InlineData("empty.mp4", "image/png", "not-a-picture")]
    [InlineData("heic.mp4", "image/jpeg", "not-a-picture")]
    public async Task A_cover_is_what_its_bytes_say(string file, string announced, string codes)
    {
        var bytes = Corpus.Read(file);
        var source = new CountingSource(new MemorySource(bytes));
        var verdict = await CoverCheck.RunAsync(source, bytes.Length, announced, new CoverLimits(), TestContext.Current.CancellationToken);
        Assert.Equal(codes, string.Join(',', verdict.Problems.Select(problem => problem.Code)));
        Assert.InRange(source.Requests, 0, 1);
    }

    [Fact]
    public async Task Size_and_type_are_read_from_the_header()
    {
        var bytes = Corpus.Read("cover.jpg");
        var verdict = await CoverCheck.RunAsync(new MemorySource(bytes), bytes.Length, "image/jpeg", new CoverLimits(), TestContext.Current.CancellationToken);
        Assert.Equal(new CoverFacts(640, 360, "image/jpeg", bytes.Length), verdict.Facts);
    }

    [Fact]
    public async Task Too_many_bytes_and_a_wrong_announcement_are_told_together()
    {
        var bytes = Corpus.Read("cover.jpg");
        var verdict = await CoverCheck.RunAsync(
            new MemorySource(bytes), 7, "image/jpeg", new CoverLimits { MaxBytes = 1_000 }, TestContext.Current.CancellationToken);
        Assert.Equal(["size-mismatch", "too-large"], verdict.Problems.Select(problem => problem.Code));
    }

    [Fact]
    public async Task A_photo_with_much_in_front_of_and_behind_the_picture_is_accepted()
    {
        // Phones put previews and colour profiles in front, a motion photo behind.
        var cover = Corpus.Read("cover.jpg");
        byte[] segment = [0xFF, 0xE1, 0xFF, 0xFF, .. new byte[0xFFFD]];
        byte[] photo = [.. cover[..2], .. segment, .. segment, .. segment, .. cover[2..], .. new byte[50_000]];
        var source = new CountingSource(new MemorySource(photo));
        var verdict = await CoverCheck.RunAsync(source, photo.Length, "image/jpeg", new CoverLimits(), TestContext.Current.CancellationToken);
        Assert.Empty(verdict.Problems);
        Assert.InRange(source.Requests, 1, 6);
    }

    [Fact]
    public async Task A_picture_cut_short_is_refused_wherever_it_was_cut()
    {
        foreach (var file in (string[])["cover.jpg", "cover.png"])
        {
            var whole = Corpus.Read(file);
            for (var point = 1; point <= 20; point++)
            {
                var cut = whole.AsMemory(0, whole.Length * point / 21);
                var verdict = await CoverCheck.RunAsync(new MemorySource(cut), cut.Length, file, new CoverLimits(), TestContext.Current.CancellationToken);
                Assert.Contains(verdict.Problems, problem => problem.Code is "truncated" or "corrupt");
            }
        }
    }
}
