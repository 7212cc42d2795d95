using System.CommandLine;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Parameters;

public sealed class ParameterOptionsTests
{
    public static TheoryData<string> CommandLines =>
    [
        "",
        "--collectives allgather --min-bytes 1M --max-bytes 2M --factor 2 --protections aead --suite chacha20-poly1305,aes-256-gcm",
        "--channels 4",
        "--rounds 31 --local-world-size 2 --line-rate 2.5Gbit --seed 5 --plant-wrong --plant-delay 250 --congestion system,auto "
            + "--settings chunk-bytes=64K,lanes=2",
    ];

    /// <summary>The parent passes its own parameters on to its workers unchanged.</summary>
    [Theory]
    [MemberData(nameof(CommandLines))]
    public void Read_ItsOwnArguments_GivesTheSame(string commandLine)
    {
        var parameters = Read(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var again = Read(parameters.ToArguments());

        Assert.Equal(parameters.ToArguments(), again.ToArguments());
        Assert.Equal(parameters.LocalWorldSize, again.LocalWorldSize);
        Assert.Equal((parameters.Rounds, parameters.Channels, parameters.LineRate, parameters.Seed, parameters.PlantWrong),
            (again.Rounds, again.Channels, again.LineRate, again.Seed, again.PlantWrong));
    }

    [Fact]
    public void Read_Nothing_IsTheDefaultRun()
    {
        var parameters = Read([]);

        Assert.Equal([65536L, 262144, 1048576, 4194304, 16777216, 67108864], parameters.Sizes);
        Assert.Equal(["allreduce", "allgather"], parameters.Collectives);
        Assert.Equal(["memory", "tcp"], parameters.Transports);
        Assert.Equal(["automatic", "aes-256-gcm"], parameters.Suites);
        Assert.Contains("plaintext", parameters.Protections);
        Assert.Contains("aead", parameters.Protections);
        Assert.Null(parameters.Rounds);
    }

    /// <summary>Shared memory cannot be paced, so a line rate selects TCP unless transports are given.</summary>
    [Theory]
    [InlineData("tcp", "--line-rate", "10Gbit")]
    [InlineData("memory,tcp", "--line-rate", "10Gbit", "--transports", "memory,tcp")]
    [InlineData("grpc", "--transports", "grpc")]
    public void Read_LineRateWithoutTransport_IsTcp(string expected, params string[] arguments) =>
        Assert.Equal(expected.Split(','), Read(arguments).Transports);

    /// <summary>Reports name the cipher that was measured, and no cipher is measured twice.</summary>
    [Theory]
    [InlineData("automatic", CipherSuite.Aegis128L, "aegis-128l")]
    [InlineData("automatic", CipherSuite.Aes256Gcm, "aes-256-gcm")]
    [InlineData("automatic,aes-256-gcm", CipherSuite.Aegis128L, "aegis-128l,aes-256-gcm")]
    [InlineData("aes-256-gcm,automatic", CipherSuite.Aes256Gcm, "aes-256-gcm")]
    [InlineData("aegis-256,chacha20-poly1305", CipherSuite.Aegis128L, "aegis-256,chacha20-poly1305")]
    public void WithSuite_OfTheJob_NamesWhatIsMeasured(string suites, CipherSuite automatic, string expected) =>
        Assert.Equal(expected.Split(','), Read(["--suite", suites]).WithSuite(automatic).Suites);

    [Fact]
    public void WithSuite_EverySuite_HasAName() => Assert.All(
        Enum.GetValues<CipherSuite>(), suite =>
            Assert.Equal([Names.Suites.NameOf(suite)], new BenchParameters { Suites = [Names.AutomaticSuite] }.WithSuite(suite).Suites));

    /// <summary>
    /// A run with other settings may send in a different order, but planting a wrong element relies on one particular order.
    /// </summary>
    [Fact]
    public void Require_PlantWrongAndSettings_AreRefused()
    {
        var parameters = Read(["--plant-wrong", "--settings", "lanes=2"]);

        Assert.Contains("--plant-wrong", Assert.Throws<CommandFailureException>(() => parameters.Require(2)).Message);
        (parameters with { Settings = [] }).Require(2);
        (parameters with { PlantWrong = false }).Require(2);
    }

    [Theory]
    [InlineData("--plant-wrong")]
    [InlineData("--plant-delay", "9")]
    public void Require_PlantAndSeveralChannels_AreRefused(params string[] plant)
    {
        var parameters = Read([.. plant, "--channels", "2"]);

        Assert.Contains("--channels", Assert.Throws<CommandFailureException>(() => parameters.Require(2)).Message);
        (parameters with { Channels = 1 }).Require(2);
    }

    private static BenchParameters Read(IReadOnlyList<string> arguments)
    {
        var options = new ParameterOptions();
        var command = new Command("test");
        options.AddTo(command);
        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }
}
