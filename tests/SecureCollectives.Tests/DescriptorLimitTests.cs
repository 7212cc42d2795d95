namespace SecureCollectives.Tests;

public sealed class DescriptorLimitTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             95000                95000                processes
        Max open files            SOFT                 524288               files
        """;

    [Theory]
    [InlineData("1024", 1024)]
    [InlineData("unlimited", null)]
    public void Parse_Limits_ReturnsTheSoftLimit(string soft, int? expected) =>
        Assert.Equal(expected, DescriptorLimit.Parse(Limits.Replace("SOFT", soft, StringComparison.Ordinal)));

    [Fact]
    public void Complaint_TooFew_SaysHowManyAreNeededAndHowToRaiseTheLimit()
    {
        Assert.Null(DescriptorLimit.Complaint("rank 1 of 2", 200, 200));
        Assert.Null(DescriptorLimit.Complaint("rank 1 of 2", 200, null));
        Assert.Equal("rank 1 of 400 needs about 1800 file descriptors, and the limit is 1024. Raise it before the start: 'ulimit -n 2048', "
            + "LimitNOFILE=2048 in a systemd unit, '--ulimit nofile=2048' for a container.",
            DescriptorLimit.Complaint("rank 1 of 400", 1800, 1024));
    }

    [Fact]
    public void InUse_ThisProcess_CountsAFileThatIsOpened()
    {
        var before = DescriptorLimit.InUse();
        var files = Enumerable.Range(0, 200).Select(_ => File.OpenRead("/proc/self/limits")).ToArray();
        var after = DescriptorLimit.InUse();
        Array.ForEach(files, file => file.Dispose());

        Assert.True(after - before >= 100, $"{before} before, {after} after.");
        Assert.NotEqual(0, before);
    }
}
