using Microsoft.Extensions.Configuration;

namespace SecureCollectives.Tests;

/// <summary>Options read from the environment and from configuration, and the values that are refused before anything starts.</summary>
public sealed class JobOptionsTests
{
    [Fact]
    public void FromVariables_Torchrun_ReadsAll()
    {
        var options = From(
            ("RANK", "3"),
            ("WORLD_SIZE", "8"),
            ("LOCAL_WORLD_SIZE", "4"),
            ("MASTER_ADDR", "node-0"),
            ("MASTER_PORT", "29500"),
            ("SECURE_COLLECTIVES_JOB", "job-a"),
            ("SECURE_COLLECTIVES_IDENTITY_TEMPLATE", "spiffe://example.org/{job}/{rank}"),
            ("SECURE_COLLECTIVES_IDENTITIES", "/i"),
            ("SECURE_COLLECTIVES_RUN_ID", "run-1"),
            ("SECURE_COLLECTIVES_CERTIFICATE", "/c"),
            ("SECURE_COLLECTIVES_KEY", "/k"),
            ("SECURE_COLLECTIVES_CA", "/a"),
            ("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "10.0.0.3"),
            ("SECURE_COLLECTIVES_BIND_ADDRESS", "0.0.0.0"),
            ("SECURE_COLLECTIVES_PORT", "4003"),
            ("SECURE_COLLECTIVES_ALLOW_PLAINTEXT", "1"),
            ("SECURE_COLLECTIVES_JOIN_TIMEOUT", "30"),
            ("SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE", "16"));
        Assert.Equal((3, 8, 4, "node-0", 29500),
            (options.Rank, options.WorldSize, options.LocalWorldSize, options.MasterAddress, options.MasterPort));
        Assert.Equal(("job-a", "run-1", "/c", "/k", "/a"),
            (options.JobName, options.RunId, options.CertificatePath, options.KeyPath, options.AuthorityPath));
        Assert.Equal(("spiffe://example.org/{job}/{rank}", "/i"), (options.IdentityTemplate, options.IdentitiesPath));
        Assert.Equal(("10.0.0.3", "0.0.0.0", 4003), (options.AdvertisedAddress, options.BindAddress, options.Port));
        Assert.Equal((true, TimeSpan.FromSeconds(30), 16), (options.AllowPlaintext, options.JoinTimeout, options.UnauthenticatedPerSource));
        options.Validate();
    }

    [Theory]
    [InlineData("", CipherEngine.Automatic)]
    [InlineData("openssl", CipherEngine.OpenSsl)]
    [InlineData("ipsec-mb", CipherEngine.IpsecMb)]
    public void FromVariables_Engine_IsRead(string value, CipherEngine expected) =>
        Assert.Equal(expected, From(("SECURE_COLLECTIVES_AEAD_ENGINE", value)).Engine);

    [Fact]
    public void FromVariables_NothingSetOrEmpty_HasTheDefaultsAndNoWorldSize()
    {
        foreach (var options in new[] { JobOptions.FromVariables(_ => null), JobOptions.FromVariables(_ => string.Empty) })
        {
            Assert.Equal((0, 0, "127.0.0.1", 0), (options.Rank, options.WorldSize, options.MasterAddress, options.MasterPort));
            Assert.Equal((null, null, false, TimeSpan.FromMinutes(2)),
                (options.AdvertisedAddress, options.JobName, options.AllowPlaintext, options.JoinTimeout));
        }
    }

    [Theory]
    [InlineData("RANK", "one")]
    [InlineData("RANK", "-1")]
    [InlineData("RANK", " 1")]
    [InlineData("RANK", "1.0")]
    [InlineData("WORLD_SIZE", "99999999999")]
    [InlineData("SECURE_COLLECTIVES_RANK", "x")]
    [InlineData("LOCAL_WORLD_SIZE", "2,2")]
    [InlineData("MASTER_PORT", "tcp://10.0.0.1:80")]
    [InlineData("SECURE_COLLECTIVES_PORT", "any")]
    [InlineData("SECURE_COLLECTIVES_JOIN_TIMEOUT", "2m")]
    [InlineData("SECURE_COLLECTIVES_LOCAL_TRANSPORT", "shm")]
    [InlineData("SECURE_COLLECTIVES_AEAD_ENGINE", "OpenSSL")]
    [InlineData("SECURE_COLLECTIVES_AEAD_ENGINE", "ipsec_mb")]
    [InlineData("SECURE_COLLECTIVES_ALLOW_PLAINTEXT", "true")]
    [InlineData("SECURE_COLLECTIVES_ALLOW_PLAINTEXT", "yes")]
    [InlineData("SECURE_COLLECTIVES_ALLOW_PLAINTEXT", "11")]
    public void FromVariables_Mistyped_NamesTheVariableAndItsValue(string name, string value)
    {
        var failure = Assert.Throws<MembershipException>(() => From((name, value)));
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains($"{name} is '{value}'; it should be ", failure.Message);
    }

    [Theory]
    [InlineData("RANK", "4", "(RANK) is 4; in a world of 4")]
    [InlineData("WORLD_SIZE", "0", "WORLD_SIZE is '0'; it should be a whole number from 1 up")]
    [InlineData("WORLD_SIZE", "65537", "(WORLD_SIZE) is 65537")]
    [InlineData("MASTER_ADDR", " ", "(MASTER_ADDR)")]
    [InlineData("MASTER_PORT", "0", "MASTER_PORT is '0'; it should be a port, 1 to 65535")]
    [InlineData("MASTER_PORT", "65536", "MASTER_PORT is '65536'; it should be a port, 1 to 65535")]
    [InlineData("SECURE_COLLECTIVES_RUN_ID", "", "(SECURE_COLLECTIVES_RUN_ID)")]
    [InlineData("SECURE_COLLECTIVES_CERTIFICATE", "", "(SECURE_COLLECTIVES_CERTIFICATE)")]
    [InlineData("SECURE_COLLECTIVES_KEY", "", "(SECURE_COLLECTIVES_KEY)")]
    [InlineData("SECURE_COLLECTIVES_CA", "", "(SECURE_COLLECTIVES_CA)")]
    [InlineData("SECURE_COLLECTIVES_PORT", "70000", "(SECURE_COLLECTIVES_PORT) is 70000")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29600", "(SECURE_COLLECTIVES_PORT_RANGE) is '29600'; it must be two ports")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29700-29600", "(SECURE_COLLECTIVES_PORT_RANGE) is '29700-29600'")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "0-100", "(SECURE_COLLECTIVES_PORT_RANGE) is '0-100'")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29600-65536", "(SECURE_COLLECTIVES_PORT_RANGE) is '29600-65536'")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29600:29700", "(SECURE_COLLECTIVES_PORT_RANGE) is '29600:29700'")]
    [InlineData("SECURE_COLLECTIVES_JOIN_TIMEOUT", "0", "(SECURE_COLLECTIVES_JOIN_TIMEOUT)")]
    [InlineData("SECURE_COLLECTIVES_JOIN_TIMEOUT", "2147483647", "(SECURE_COLLECTIVES_JOIN_TIMEOUT)")]
    [InlineData("SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE", "0", "(SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE)")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "my host", "(SECURE_COLLECTIVES_ADVERTISED_ADDRESS), 'my host', is neither")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "node:4000", "(SECURE_COLLECTIVES_ADVERTISED_ADDRESS), 'node:4000', is neither")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "[::1]", "(SECURE_COLLECTIVES_ADVERTISED_ADDRESS), '[::1]', is neither")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "0.0.0.0", "(SECURE_COLLECTIVES_ADVERTISED_ADDRESS), '0.0.0.0', is the unspecified")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "::", "at which the other workers reach this one")]
    [InlineData("MASTER_ADDR", "0", "(MASTER_ADDR), '0', is the unspecified address, to which nobody can connect; set it to")]
    [InlineData("MASTER_ADDR", "::ffff:0.0.0.0", "(MASTER_ADDR), '::ffff:0.0.0.0', is the unspecified address")]
    [InlineData("MASTER_ADDR", "rank zero", "(MASTER_ADDR), 'rank zero', is neither a host name nor an IP address")]
    [InlineData("SECURE_COLLECTIVES_BIND_ADDRESS", "eth0", "(SECURE_COLLECTIVES_BIND_ADDRESS) is 'eth0'")]
    public void Validate_Impossible_NamesTheVariable(string name, string value, string words)
    {
        var failure = Assert.Throws<MembershipException>(() => Possible((name, value)).Validate());
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains(words, failure.Message);
    }

    /// <summary>Longer names make a resolver throw instead of failing.</summary>
    [Theory]
    [InlineData("MASTER_ADDR")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS")]
    public void Validate_HostNameTooLong_SaysHowLong(string name)
    {
        var label = Assert.Throws<MembershipException>(() => Possible((name, new string('a', 64) + ".example")).Validate());
        Assert.Contains("has a label of 64 characters; between the dots of a host name there are at most 63", label.Message);
        var whole = string.Concat(Enumerable.Repeat("abcdefg.", 40));
        var failure = Assert.Throws<MembershipException>(() => Possible((name, whole)).Validate());
        Assert.Contains("has 319 characters; a host name has at most 253", failure.Message);
    }

    [Theory]
    [InlineData("MASTER_ADDR", "node-0.cluster.local")]
    [InlineData("MASTER_ADDR", "::1")]
    [InlineData("MASTER_ADDR", "rank_zero.svc")]
    [InlineData("MASTER_ADDR", "fe80::1%eth0")]
    [InlineData("MASTER_ADDR", "node-0.example.")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "2001:db8::7")]
    [InlineData("SECURE_COLLECTIVES_ADVERTISED_ADDRESS", "worker-3")]
    [InlineData("SECURE_COLLECTIVES_BIND_ADDRESS", "::")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29600-29700")]
    [InlineData("SECURE_COLLECTIVES_PORT_RANGE", "29600-29600")]
    [InlineData("SECURE_COLLECTIVES_JOIN_TIMEOUT", "86400")]
    public void Validate_Possible_Passes(string name, string value) => Possible((name, value)).Validate();

    [Fact]
    public void Validate_NothingSet_ReportsAllAtOnceInTheOrderToSetThem()
    {
        var failure = Assert.Throws<MembershipException>(() => From().Validate());
        Assert.Equal(
            ["RANK) and the world size (WORLD_SIZE", "MASTER_PORT", "SECURE_COLLECTIVES_RUN_ID", "SECURE_COLLECTIVES_CERTIFICATE",
                "SECURE_COLLECTIVES_KEY", "SECURE_COLLECTIVES_CA"],
            failure.Message.Split('\n')[1..].Select(line => Between(line, '(', ") ")));
        Assert.All(failure.Message.Split('\n')[1..], line => Assert.Matches("^- the .* (is|are) not set: .*[^.]\\.$", line));
    }

    [Fact]
    public void FromVariables_MalformedAndMissing_ReportsEachOnce()
    {
        var failure = Assert.Throws<MembershipException>(() => From(
            ("RANK", "1"), ("WORLD_SIZE", "two"), ("MASTER_PORT", "http"), ("SECURE_COLLECTIVES_KEY", "/k"),
                ("SECURE_COLLECTIVES_CA", "/a")));
        var lines = failure.Message.Split('\n')[1..];
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("- WORLD_SIZE is 'two'; it should be ", lines[0]);
        Assert.StartsWith("- MASTER_PORT is 'http'; it should be a port", lines[1]);
        Assert.Contains("(SECURE_COLLECTIVES_RUN_ID) is not set", lines[2]);
        Assert.Contains("(SECURE_COLLECTIVES_CERTIFICATE) is not set", lines[3]);
    }

    [Fact]
    public void FromVariables_KubernetesServiceLink_SaysWhereItComesFrom() => Assert.Contains(
        "set enableServiceLinks to false",
        Assert.Throws<MembershipException>(() => Possible(("MASTER_PORT", "tcp://10.0.0.1:80"))).Message);

    [Fact]
    public void Snapshot_RankInPaths_IsThatOfTheWorker()
    {
        var options = new JobOptions
        {
            Rank = 12,
            CertificatePath = "/pki/rank-{rank}.pem",
            KeyPath = "/pki/{rank}/{rank}.key",
            AuthorityPath = "/pki/ca.pem",
        }.Snapshot();
        Assert.Equal(("/pki/rank-12.pem", "/pki/12/12.key", "/pki/ca.pem"),
            (options.CertificatePath, options.KeyPath, options.AuthorityPath));
    }

    [Fact]
    public void Configuration_AllProperties_Bind()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Job:JobName"] = "job-a",
            ["Job:Rank"] = "3",
            ["Job:WorldSize"] = "8",
            ["Job:LocalWorldSize"] = "4",
            ["Job:MasterAddress"] = "node-0",
            ["Job:MasterPort"] = "29500",
            ["Job:RunId"] = "run-1",
            ["Job:CertificatePath"] = "/c",
            ["Job:KeyPath"] = "/k",
            ["Job:AuthorityPath"] = "/a",
            ["Job:AdvertisedAddress"] = "10.0.0.3",
            ["Job:BindAddress"] = "0.0.0.0",
            ["Job:Port"] = "4003",
            ["Job:PortRange"] = "29600-29700",
            ["Job:LocalRank"] = "1",
            ["Job:AllowPlaintext"] = "true",
            ["Job:JoinTimeout"] = "00:00:30",
            ["Job:UnauthenticatedPerSource"] = "16",
        }).Build();
        var options = configuration.GetSection("Job").Get<JobOptions>()!;
        options.Validate();
        Assert.Equal((3, 8, 4, "node-0", 29500),
            (options.Rank, options.WorldSize, options.LocalWorldSize, options.MasterAddress, options.MasterPort));
        Assert.Equal(("job-a", "run-1", "/c", "/k", "/a"),
            (options.JobName, options.RunId, options.CertificatePath, options.KeyPath, options.AuthorityPath));
        Assert.Equal(("10.0.0.3", "0.0.0.0", 4003), (options.AdvertisedAddress, options.BindAddress, options.Port));
        Assert.Equal((true, TimeSpan.FromSeconds(30), 16), (options.AllowPlaintext, options.JoinTimeout, options.UnauthenticatedPerSource));
        Assert.Equal(("29600-29700", 1), (options.PortRange, options.LocalRank));
    }

    [Fact]
    public void Configuration_CommunicatorOptions_Bind()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Protection"] = "UnsafePlaintext",
            ["Suite"] = "ChaCha20Poly1305",
            ["KeyAgreement"] = "P256",
            ["Transport"] = "Grpc",
            ["Lanes"] = "3",
            ["ChunkBytes"] = "65536",
            ["LocalWorldSize"] = "2",
            ["OperationTimeout"] = "00:00:10",
            ["OpenTimeout"] = "00:00:20",
            ["LinkLifetime"] = "00:30:00",
        }).Build();
        var options = configuration.Get<CommunicatorOptions>()!;
        options.Validate(plaintextAllowed: true, worldSize: 4);
        Assert.Equal((Protection.UnsafePlaintext, CipherSuite.ChaCha20Poly1305, 3, 65536),
            (options.Protection, options.Suite, options.Lanes, options.ChunkBytes));
        Assert.Equal((KeyAgreement.P256, TransportKind.Grpc, 2), (options.KeyAgreement, options.Transport, options.LocalWorldSize));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)), (options.OperationTimeout, options.OpenTimeout));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30)), (options.LinkLifetime, options.LinkKeeping.Lifetime));
    }

    public static TheoryData<string> ImpossibleCommunicators => [.. ImpossibleCommunicatorsByName.Keys];

    private static Dictionary<string, CommunicatorOptions> ImpossibleCommunicatorsByName { get; } = new()
    {
        ["Protection 99"] = new() { Protection = (Protection)99 },
        ["Transport 99"] = new() { Transport = (TransportKind)99 },
        ["KeyAgreement 99"] = new() { KeyAgreement = (KeyAgreement)99 },
        ["KeyAgreement 0"] = new() { KeyAgreement = default },
        ["Suite 99"] = new() { Suite = (CipherSuite)99 },
        ["Lanes is 0"] = new() { Lanes = 0 },
        ["Lanes is 17"] = new() { Lanes = 17 },
        ["ChunkBytes is 5000"] = new() { ChunkBytes = 5000 },
        ["ChunkBytes is 2048"] = new() { ChunkBytes = 2048 },
        ["ChunkBytes is 2097152"] = new() { ChunkBytes = 1 << 21 },
        ["ChunkBytes is -2147483648"] = new() { ChunkBytes = int.MinValue },
        ["OperationTimeout must be"] = new() { OperationTimeout = TimeSpan.Zero },
        ["OperationTimeout must be positive and at most"] = new() { OperationTimeout = TimeSpan.MaxValue },
        ["OpenTimeout must be"] = new() { OpenTimeout = TimeSpan.FromSeconds(-1) },
        ["OpenTimeout must be positive and at most"] = new() { OpenTimeout = TimeSpan.MaxValue },
        ["LinkLifetime is 00:00:00.9000000; it must be from 1 s to 40 days"] = new() { LinkLifetime = TimeSpan.FromSeconds(0.9) },
        ["LinkLifetime is 41.00:00:00"] = new() { LinkLifetime = TimeSpan.FromDays(41) },
        ["SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1"] = new() { Protection = Protection.UnsafePlaintext },
    };

    [Theory]
    [MemberData(nameof(ImpossibleCommunicators))]
    public void Validate_ImpossibleCommunicator_SaysWhat(string words)
    {
        var failure = Assert.Throws<MembershipException>(
            () => ImpossibleCommunicatorsByName[words].Validate(plaintextAllowed: false, worldSize: 4));
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains(words, failure.Message);
    }

    private static string Between(string line, char start, string end)
    {
        var from = line.IndexOf(start, StringComparison.Ordinal) + 1;
        return line[from..line.LastIndexOf(end, StringComparison.Ordinal)];
    }

    private static JobOptions From(params (string Name, string Value)[] variables) =>
        JobOptions.FromVariables(
            name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());

    [Fact]
    public void Validate_NegativeLocalWorldSize_NamesTheVariable()
    {
        var options = Possible(("LOCAL_WORLD_SIZE", "0"));
        options.LocalWorldSize = -1;
        Assert.Contains("(LOCAL_WORLD_SIZE) is -1", Assert.Throws<MembershipException>(options.Validate).Message);
    }

    private static JobOptions Possible((string Name, string Value) changed) => From(
        changed,
        ("RANK", "1"),
        ("WORLD_SIZE", "4"),
        ("MASTER_PORT", "29500"),
        ("SECURE_COLLECTIVES_RUN_ID", "run-1"),
        ("SECURE_COLLECTIVES_CERTIFICATE", "/c"),
        ("SECURE_COLLECTIVES_KEY", "/k"),
        ("SECURE_COLLECTIVES_CA", "/a"));
}
