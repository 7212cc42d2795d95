using SecureCollectives.Links;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

public sealed class LinkWantsTests
{
    private static readonly LinkEnd Broken = LinkEnd.Broken("it ended");
    private static readonly LinkEnd Old = new(LinkCauseCode.Age, "it is old");

    [Fact]
    public async Task Take_OfTheSameLink_ReturnsAFailureBeforeAPlannedReplacement()
    {
        var wants = new LinkWants();
        wants.Add(new LinkWant(Old, 1));
        wants.Add(new LinkWant(Broken, 1));
        wants.Add(new LinkWant(Old, 1));

        Assert.Equal(new LinkWant(Broken, 1), await wants.TakeAsync(CancellationToken.None));
        var next = wants.TakeAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        wants.Add(new LinkWant(Old, 2));
        Assert.Equal(new LinkWant(Old, 2), await next.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Take_OfALaterLink_SupersedesEarlierOnes()
    {
        var wants = new LinkWants();
        wants.Add(new LinkWant(Broken, 1));
        wants.Add(new LinkWant(Old, 2));
        wants.Add(new LinkWant(Broken, 1));

        Assert.Equal(new LinkWant(Old, 2), await wants.TakeAsync(CancellationToken.None));
    }
}
