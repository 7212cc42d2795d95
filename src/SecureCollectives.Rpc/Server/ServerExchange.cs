using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>The HTTP side of one call on the server: body pipes, headers and trailers.</summary>
internal sealed class ServerExchange
{
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _responseBody;
    private readonly IHttpResponseTrailersFeature _trailers;
    private readonly PipeReader _requestBody;
    private readonly RpcServerOptions _options;
    private readonly IHttpResetFeature _reset;
    private bool _headersApplied;
    private bool _inBytes;
    private bool _finished;

    public ServerExchange(IFeatureCollection features, RpcServerCall call, RpcServerOptions options)
    {
        Call = call;
        _options = options;
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _responseBody = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _trailers = features.GetRequiredFeature<IHttpResponseTrailersFeature>();
        _requestBody = features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        _reset = features.GetRequiredFeature<IHttpResetFeature>();
    }

    public RpcServerCall Call { get; }

    public RpcRequestReader<T> Requests<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        new(new MessageReader<T>(_requestBody, parser, _options.MaxReceiveMessageSize), Call, _options.MaxReceiveMessageSize);

    /// <summary>Both bodies as bytes. The response's headers leave with its first flush.</summary>
    public RpcByteStream OpenBytes()
    {
        ApplyHeaders();
        _inBytes = true;
        return new ServerByteStream(this, _requestBody, _responseBody.Writer);
    }

    /// <summary>Ends the response with its status now, while the request may go on.</summary>
    public Task CompleteAsync()
    {
        Finish(RpcStatusCode.Ok, "");
        return _responseBody.CompleteAsync();
    }

    /// <summary>Ends the call in both directions; the caller learns that it was cut off.</summary>
    public void Reset() => _reset.Reset(Http2ErrorCode.Cancel);

    /// <summary>Puts a message into the body without flushing: the last one leaves together with the trailers.</summary>
    public void Write(IMessage message)
    {
        Call.CancellationToken.ThrowIfCancellationRequested();
        ApplyHeaders();
        if (!MessageFormat.TryWrite(_responseBody.Writer, message, _options.MaxSendMessageSize))
        {
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"A response message of {Call.Method} exceeds the {_options.MaxSendMessageSize} bytes that may be sent.");
        }
    }

    public async Task FlushAsync()
    {
        ApplyHeaders();
        await _responseBody.Writer.FlushAsync(Call.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sets the status: as trailers after a body, or in the headers of a response that has none ("Trailers-Only"). Kestrel
    /// sends it when the request ends. The first status counts.
    /// </summary>
    public void Finish(RpcStatusCode code, string message)
    {
        if (_finished)
        {
            return;
        }

        _finished = true;
        bool trailersOnly = _inBytes ? !_response.HasStarted : !_headersApplied;
        ApplyHeaders();

        IHeaderDictionary target = trailersOnly ? _response.Headers : _trailers.Trailers;
        target[GrpcProtocol.StatusHeader] = StatusMapping.ToWire(code);
        if (message.Length > 0)
        {
            target[GrpcProtocol.MessageHeader] = StatusMessage.Encode(message);
        }

        Append(target, Call.ResponseTrailers);
    }

    private void ApplyHeaders()
    {
        if (_headersApplied)
        {
            return;
        }

        _headersApplied = true;
        _response.Headers[GrpcProtocol.ContentTypeHeader] = GrpcProtocol.ContentType;
        _response.Headers[GrpcProtocol.AcceptEncodingHeader] = GrpcProtocol.IdentityEncoding;
        Append(_response.Headers, Call.ResponseHeaders);
    }

    private static void Append(IHeaderDictionary target, RpcMetadata metadata)
    {
        foreach (RpcMetadataEntry entry in metadata)
        {
            target.Append(entry.Name, entry.WireValue);
        }
    }
}
