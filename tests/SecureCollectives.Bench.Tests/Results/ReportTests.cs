using System.Text;
using System.Text.Json;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Tests.Results;

public sealed class ReportTests
{
    [Fact]
    public void Json_Rows_AreOfSchemaOne()
    {
        using var report = JsonDocument.Parse(JsonReport.Of(null, null, [TestRows.Plaintext, TestRows.Aead]).Write());

        ReportSchema.Check(report.RootElement);
        var row = report.RootElement.GetProperty("rows")[1];
        Assert.Equal("aead", row.GetProperty("protection").GetString());
        Assert.Equal(57.5, row.GetProperty("penaltyPercent").GetProperty("median").GetDouble());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("timeUs").GetProperty("p99").ValueKind);
        Assert.Equal([100, 120], row.GetProperty("samplesUs").EnumerateArray().Select(sample => sample.GetDouble()));
    }

    [Fact]
    public void Csv_Rows_HaveAValueOrNothingInEachColumn()
    {
        var lines = Encoding.UTF8.GetString(CsvReport.Write([TestRows.Plaintext, TestRows.Aead])).TrimEnd('\n').Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.StartsWith(
            "collective,transport,medium,congestion,setting,protection,suite,engine,worldSize,bytes,type,op,rounds,leftOutRounds,timeUsMin,", lines[0]);
        Assert.Equal("allreduce,tcp,tcp,auto,,plaintext,,none,4,65536,float,sum,15,0,40,50,,1.3107,1.9661,0,3.01,0.1337,1.25,,,", lines[1]);
        Assert.Equal(
            "allreduce,tcp,tcp,auto,,aead,aes-256-gcm,OpenSSL,4,65536,float,sum,15,0,100,110,,0.5958,0.8937,2,6.5,0.25,1.5,57.5,32.1,67.7",
                lines[2]);
    }
}
