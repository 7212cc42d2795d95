using System.Globalization;

namespace SecureCollectives.Tests.Containers;

/// <summary>docker-compose.yml keeps its isolation settings; the tests check the file, so they need no container engine.</summary>
public sealed class ComposeFileTests
{
    // Any other key (ports, privileged, cap_add, devices, pid, ipc, ...) weakens the isolation or needs a review first.
    private static readonly HashSet<string> Known =
    [
        "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "network_mode", "networks", "pids_limit",
            "read_only",
        "security_opt", "stop_grace_period", "tmpfs", "user", "volumes",
    ];

    public static TheoryData<string> Services => [.. ComposeFile.Services];

    public static TheoryData<string> Workers => [.. ComposeFile.Workers];

    [Fact]
    public void Services_All_AreThePkiAndFourWorkers() =>
        Assert.Equal(["pki", "worker0", "worker1", "worker2", "worker3"], ComposeFile.Services.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Every_IsHardened(string service)
    {
        Assert.Equal("true", ComposeFile.Text(service, "read_only"));
        Assert.Equal(["ALL"], ComposeFile.List(service, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], ComposeFile.List(service, "security_opt"));
        Assert.True(int.Parse(ComposeFile.Text(service, "pids_limit")!, CultureInfo.InvariantCulture) is > 0 and <= 1024);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Every_RunsAsTheNonRootUserOfTheImage(string service)
    {
        Assert.Equal(ImageFiles.User, ComposeFile.Text(service, "user"));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", ImageFiles.User);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_Every_AsksForNothingElse(string service) => Assert.Empty(ComposeFile.Service(service).Keys.Except(Known));

    [Theory]
    [MemberData(nameof(Workers))]
    public void Worker_Every_HasOnlyItsOwnIdentityReadOnly(string worker)
    {
        var rank = worker["worker".Length..];
        var environment = ComposeFile.Map(ComposeFile.Service(worker)["environment"]);

        Assert.Equal(rank, environment["RANK"]);
        Assert.Equal("4", environment["WORLD_SIZE"]);
        Assert.Equal([$"identity{rank}:/identity:ro"], ComposeFile.List(worker, "volumes"));
        Assert.Empty(ComposeFile.List(worker, "tmpfs"));
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void Worker_Every_IsOnTheInternalNetworkAlone(string worker)
    {
        Assert.Equal(["cluster"], ComposeFile.List(worker, "networks"));
        Assert.Null(ComposeFile.Text(worker, "network_mode"));
        Assert.Equal("true", ComposeFile.Map(ComposeFile.Section("networks")["cluster"])["internal"]);
    }

    [Fact]
    public void Pki_Alone_HasAllVolumesAndNoNetwork()
    {
        Assert.Equal("none", ComposeFile.Text("pki", "network_mode"));
        Assert.Equal(
            ComposeFile.Workers.Select(worker => worker["worker".Length..]).Select(rank => $"identity{rank}:/identities/rank-{rank}"),
            ComposeFile.List("pki", "volumes"));
        Assert.Equal(ComposeFile.Workers.Length, ComposeFile.Section("volumes").Count);
    }
}
