using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Tests.Plan;

public sealed class VariantTests
{
    private static readonly BenchParameters Parameters = new()
    {
        Transports = ["tcp"],
        Protections = ["aead", "plaintext"],
        Suites = ["aes-256-gcm", "chacha20-poly1305"]
    };

    [Fact]
    public void AllOf_SuitesAndProtections_AreTheBaselineAndEachSuite() => Assert.Equal(
        ["tcp plaintext", "tcp aead aes-256-gcm", "tcp aead chacha20-poly1305"],
        Variant.AllOf(Parameters, plaintextAllowed: true).Select(variant => variant.Id));

    /// <summary>Each transport has its own baseline. Congestion control applies only to transports with connections.</summary>
    [Fact]
    public void AllOf_MemoryAndTcp_HaveBaselinesOfTheirOwn() => Assert.Equal(
        ["memory plaintext", "memory aead aes-256-gcm", "tcp plaintext", "tcp system plaintext", "tcp aead aes-256-gcm",
            "tcp system aead aes-256-gcm"],
        Variant.AllOf(Parameters with { Suites = ["aes-256-gcm"], Congestion = ["auto", "system"], Transports = ["memory", "tcp"] },
            plaintextAllowed: true)
            .Select(variant => variant.Id));

    [Fact]
    public void AllOf_BothCongestionControls_EachWithABaselineOfItsOwnWhereLanesAreSockets() => Assert.Equal(
        ["tcp plaintext", "tcp system plaintext", "tcp aead aes-256-gcm", "tcp system aead aes-256-gcm", "grpc plaintext",
            "grpc aead aes-256-gcm"],
        Variant.AllOf(Parameters with { Suites = ["aes-256-gcm"], Congestion = ["auto", "system"], Transports = ["tcp", "grpc"] },
            plaintextAllowed: true)
            .Select(variant => variant.Id));

    [Fact]
    public void AllOf_Settings_AreTwinsOfEachVariantBesideOneBaseline()
    {
        var variants = Variant.AllOf(Parameters with { Suites = ["aes-256-gcm"], Settings = ["chunk-bytes=64K"] }, plaintextAllowed: true);

        Assert.Equal(
            ["tcp plaintext", "tcp aead aes-256-gcm", "tcp aead aes-256-gcm chunk-bytes=64K", "tcp plaintext chunk-bytes=64K"],
                variants.Select(variant => variant.Id));
        Assert.Single(variants, variant => variant.IsBaseline);
    }

    [Fact]
    public void AllOf_PlaintextNotAllowed_LeavesItOut() =>
        Assert.DoesNotContain(Variant.AllOf(Parameters, plaintextAllowed: false), variant => variant.IsBaseline);

    [Fact]
    public void AllOf_PlantedDelay_GivesEachSealedVariantATwin() => Assert.Equal(
        ["tcp plaintext", "tcp aead aes-256-gcm", "tcp aead aes-256-gcm +500us", "tcp aead chacha20-poly1305",
            "tcp aead chacha20-poly1305 +500us"],
        Variant.AllOf(Parameters with { PlantDelayMicroseconds = 500 }, plaintextAllowed: true).Select(variant => variant.Id));
}
