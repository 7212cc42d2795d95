using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Measuring;

public sealed class ResidentMemoryTests
{
    [Fact]
    public void Parse_Status_IsTheResidentSetInBytes() =>
        Assert.Equal(146460L * 1024,
            ResidentMemory.Parse(["Name:\tworker", "VmHWM:\t  153972 kB", "VmRSS:\t  146460 kB", "RssAnon:\t   92728 kB"]));
}
