/*!
<frapi-face>, under the Apache License 2.0. Contains Lit, under this licence:

BSD 3-Clause License

Copyright (c) 2017 Google LLC. All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
*/
var e=globalThis,t=e.ShadowRoot&&(e.ShadyCSS===void 0||e.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,n=Symbol(),r=/* @__PURE__ */ new WeakMap,i=class{constructor(e,t,r){if(this._$cssResult$=!0,r!==n)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,n=this.t;if(t&&e===void 0){let t=n!==void 0&&n.length===1;t&&(e=r.get(n)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),t&&r.set(n,e))}return e}toString(){return this.cssText}},a=e=>new i(typeof e==`string`?e:e+``,void 0,n),o=(e,...t)=>new i(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,n),s=(n,r)=>{if(t)n.adoptedStyleSheets=r.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let t of r){let r=document.createElement(`style`),i=e.litNonce;i!==void 0&&r.setAttribute(`nonce`,i),r.textContent=t.cssText,n.appendChild(r)}},c=t?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return a(t)})(e):e,{is:l,defineProperty:u,getOwnPropertyDescriptor:d,getOwnPropertyNames:ee,getOwnPropertySymbols:te,getPrototypeOf:ne}=Object,f=globalThis,re=f.trustedTypes,ie=re?re.emptyScript:``,ae=f.reactiveElementPolyfillSupport,p=(e,t)=>e,oe={toAttribute(e,t){switch(t){case Boolean:e=e?ie:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},se=(e,t)=>!l(e,t),ce={attribute:!0,type:String,converter:oe,reflect:!1,useDefault:!1,hasChanged:se};Symbol.metadata??=Symbol(`metadata`),f.litPropertyMetadata??=/* @__PURE__ */ new WeakMap;var m=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=ce){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&u(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=d(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??ce}static _$Ei(){if(this.hasOwnProperty(p(`elementProperties`)))return;let e=ne(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(p(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(p(`properties`))){let e=this.properties,t=[...ee(e),...te(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=/* @__PURE__ */ new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(c(e))}else e!==void 0&&t.push(c(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=/* @__PURE__ */ new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=/* @__PURE__ */ new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=/* @__PURE__ */ new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return s(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?oe:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?oe:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??se)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=/* @__PURE__ */ new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=/* @__PURE__ */ new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=/* @__PURE__ */ new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};m.elementStyles=[],m.shadowRootOptions={mode:`open`},m[p(`elementProperties`)]=/* @__PURE__ */ new Map,m[p(`finalized`)]=/* @__PURE__ */ new Map,ae?.({ReactiveElement:m}),(f.reactiveElementVersions??=[]).push(`2.1.2`);var le=globalThis,ue=e=>e,h=le.trustedTypes,de=h?h.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,fe=`$lit$`,g=`lit$${Math.random().toFixed(9).slice(2)}$`,pe=`?`+g,me=`<${pe}>`,_=document,v=()=>_.createComment(``),y=e=>e===null||typeof e!=`object`&&typeof e!=`function`,b=Array.isArray,he=e=>b(e)||typeof e?.[Symbol.iterator]==`function`,ge=`[ 	
\f\r]`,x=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,_e=/-->/g,ve=/>/g,S=RegExp(`>|${ge}(?:([^\\s"'>=/]+)(${ge}*=${ge}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),ye=/'/g,be=/"/g,xe=/^(?:script|style|textarea|title)$/i,Se=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),C=Se(1),w=Se(2),T=Symbol.for(`lit-noChange`),E=Symbol.for(`lit-nothing`),Ce=/* @__PURE__ */ new WeakMap,D=_.createTreeWalker(_,129);function we(e,t){if(!b(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return de===void 0?t:de.createHTML(t)}var Te=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=x;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===x?c[1]===`!--`?o=_e:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=S):(xe.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=S):o=ve:o===S?c[0]===`>`?(o=i??x,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?S:c[3]===`"`?be:ye):o===be||o===ye?o=S:o===_e||o===ve?o=x:(o=S,i=void 0);let d=o===S&&e[t+1].startsWith(`/>`)?` `:``;a+=o===x?n+me:l>=0?(r.push(s),n.slice(0,l)+fe+n.slice(l)+g+d):n+g+(l===-2?t:d)}return[we(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Ee=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=Te(t,n);if(this.el=e.createElement(l,r),D.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=D.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(fe)){let t=u[o++],n=i.getAttribute(e).split(g),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Oe:r[1]===`?`?ke:r[1]===`@`?Ae:A}),i.removeAttribute(e)}else e.startsWith(g)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(xe.test(i.tagName)){let e=i.textContent.split(g),t=e.length-1;if(t>0){i.textContent=h?h.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],v()),D.nextNode(),c.push({type:2,index:++a});i.append(e[t],v())}}}else if(i.nodeType===8){if(i.data===pe)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(g,e+1))!==-1;)c.push({type:7,index:a}),e+=g.length-1}}a++}}static createElement(e,t){let n=_.createElement(`template`);return n.innerHTML=e,n}};function O(e,t,n=e,r){if(t===T)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=y(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=O(e,i._$AS(e,t.values),i,r)),t}var De=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??_).importNode(t,!0);D.currentNode=r;let i=D.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new k(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new je(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=D.nextNode(),a++)}return D.currentNode=_,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},k=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=E,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=O(this,e,t),y(e)?e===E||e==null||e===``?(this._$AH!==E&&this._$AR(),this._$AH=E):e!==this._$AH&&e!==T&&this._(e):e._$litType$===void 0?e.nodeType===void 0?he(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==E&&y(this._$AH)?this._$AA.nextSibling.data=e:this.T(_.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Ee.createElement(we(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new De(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=Ce.get(e.strings);return t===void 0&&Ce.set(e.strings,t=new Ee(e)),t}k(t){b(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(v()),this.O(v()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ue(e).nextSibling;ue(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},A=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=E,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(/* @__PURE__ */ new String),this.strings=n):this._$AH=E}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=O(this,e,t,0),a=!y(e)||e!==this._$AH&&e!==T,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=O(this,r[n+o],t,o),s===T&&(s=this._$AH[o]),a||=!y(s)||s!==this._$AH[o],s===E?e=E:e!==E&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===E?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Oe=class extends A{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===E?void 0:e}},ke=class extends A{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==E)}},Ae=class extends A{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=O(this,e,t,0)??E)===T)return;let n=this._$AH,r=e===E&&n!==E||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==E&&(n===E||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},je=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){O(this,e)}},Me=le.litHtmlPolyfillSupport;Me?.(Ee,k),(le.litHtmlVersions??=[]).push(`3.3.3`);var Ne=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new k(t.insertBefore(v(),e),e,void 0,n??{})}return i._$AI(e),i},j=globalThis,M=class extends m{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Ne(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return T}};M._$litElement$=!0,M.finalized=!0,j.litElementHydrateSupport?.({LitElement:M});var Pe=j.litElementPolyfillSupport;Pe?.({LitElement:M}),(j.litElementVersions??=[]).push(`4.2.2`);var Fe=4e3,N={spoken:``,spokenMs:-1/0,waiting:null};function P(e,t,n,r=!1){return t===e.spoken?{...e,waiting:null}:r||n-e.spokenMs>=Fe?{spoken:t,spokenMs:n,waiting:null}:{...e,waiting:t}}function Ie(e,t){return e.waiting===null?e:P(e,e.waiting,t)}var Le={nowMs:()=>performance.now(),after:(e,t)=>{let n=setTimeout(t,e);return()=>{clearTimeout(n)}},random:()=>Math.random()};function Re(e,t,n){let r=Math.min(t.firstDelayMs*2**(e-1),t.maxDelayMs);return Math.round(r*(1-t.jitter*n.random()))}var ze=/* @__PURE__ */ new Set([`connection_established`,`frame_processed`,`frame_rejected`,`challenge`,`enrollment_complete`,`authentication_complete`,`error`,`pong`]);function Be(e){let t;try{t=JSON.parse(e)}catch{return null}return typeof t!=`object`||!t||!(`type`in t)||typeof t.type!=`string`?null:t}function Ve(e){return ze.has(e.type)}function He(e){return e.type===`enrollment_complete`||e.type===`authentication_complete`}var Ue=1,We=1006,Ge=1e4,Ke=class{#e;#t;#n;#r;#i=!1;#a=!1;#o=!1;constructor(e,t,n,r){this.#t=n,this.#n=r,this.#e=new t(e),this.#e.onmessage=({data:e})=>{this.#c(e)},this.#e.onclose=({code:e})=>{this.#d(e)},this.#e.onerror=()=>void 0,this.#o=!0,this.#r=this.#l()}get bufferedBytes(){return this.#e.bufferedAmount}send(e){this.#i=!0,this.#s(e)}close(e){this.#r(),this.#n=null,this.#e.close(e)}#s(e){this.#e.readyState===Ue&&this.#e.send(e)}#c(e){this.#a=!0;let t=typeof e==`string`?Be(e):null;t!==null&&this.#n?.message(t)}#l(){return this.#t.after(Ge,()=>{this.#u()})}#u(){this.#o&&!this.#a?(this.#d(We),this.#e.close()):(this.#o=!this.#a||!this.#i,this.#a=this.#i=!1,this.#o&&this.#s(`{"type": "ping"}`),this.#r=this.#l())}#d(e){this.#r();let t=this.#n;this.#n=null,t?.closed(e)}},qe=class{#e=/* @__PURE__ */ new Map;on(e,t){let n=this.#e.get(e)??/* @__PURE__ */ new Set;return this.#e.set(e,n.add(t)),()=>{n.delete(t)}}emit(e,t){for(let n of[...this.#e.get(e)??[]])n(t)}},Je=1e3,Ye=4404,Xe={1008:`bad_messages`,1009:`too_big`,4401:`origin_refused`,4409:`taken_over`,4429:`frames_used_up`},Ze=/* @__PURE__ */ new Set([1001,1005,1006,1011,1012,1013,1014,4408]);function Qe(e){return Ze.has(e)}function $e(e,t){return e===Je?t?.code===422?`refused`:`unknown`:e===Ye?t?.code===401?`revoked`:t?.code===410?t.details.status===`expired`?`expired`:`over`:`not_found`:Xe[e]??`unknown`}var F=[255,216],et=[255,254],tt=2,nt=`frapi `;function rt(e,t){if(e instanceof Blob)return e.type===`image/jpeg`?new Blob([Uint8Array.of(...F),it(t),e.slice(F.length)],{type:e.type}):e;let n=e instanceof Uint8Array?e:new Uint8Array(e);if(!F.every((e,t)=>n[t]===e))return n;let r=it(t),i=new Uint8Array(n.length+r.length);return i.set(F),i.set(r,F.length),i.set(n.subarray(F.length),F.length+r.length),i}function it({seq:e,timestampMs:t}){let n=nt+JSON.stringify({seq:e,timestamp_ms:t}),r=new TextEncoder().encode(n),i=r.length+tt;return Uint8Array.of(...et,i>>8,i&255,...r)}var at=65536,ot=8,st=2e3,ct=100,lt=2e3,ut=class{#e;#t=0;#n=0;#r=[];#i=!1;constructor(e){this.#e=e}connected(){this.#r=[]}hindrance(e){let t=this.#e.nowMs();return t<this.#t?`paused`:e>at?`busy`:(this.#r=this.#r.filter(({sentMs:e})=>t-e<st),this.#i&&this.#r.length>=ot?`busy`:null)}sent(e){this.#r.push({seq:e,sentMs:this.#e.nowMs()})}answered(e){this.#n=0,this.settled(e)}settled(e){e!==void 0&&(this.#i=!0,this.#r=this.#r.filter(t=>t.seq>e))}slowDown(e=ct){let t=this.#e.nowMs();t>=this.#t&&(this.#n+=1);let n=Math.min(e*2**(this.#n-1),Math.max(e,lt));this.#t=Math.max(this.#t,t+n)}},dt={firstDelayMs:500,maxDelayMs:8e3,jitter:.5,giveUpAfterMs:12e4},ft=1e3,pt=429,mt=class{#e;#t;#n;#r;#i=new qe;#a;#o=`idle`;#s=null;#c=0;#l=0;#u=null;#d=null;#f=!1;#p=0;constructor(e,t={}){this.#e=e.replace(/^http/,`ws`),this.#t={...dt,...t.retry},this.#r=t.clock??Le,this.#n=t.webSocket??ht(),this.#a=new ut(this.#r)}get state(){return this.#o}on(e,t){return this.#i.on(e,t)}connect(){if(this.#o!==`idle`)throw Error(`a stream connects once; this one is ${this.#o}`);this.#l=this.#r.nowMs(),this.#m()}close(){this.#o!==`ended`&&(this.#s?.close(ft),this.#y(`closed`,ft))}retryNow(){this.#o===`waiting`&&(this.#u?.(),this.#m())}sendFrame(e,t={}){if(this.#o!==`open`||this.#s===null)return`closed`;let n=this.#a.hindrance(this.#s.bufferedBytes);if(n!==null)return n;let r=t.seq??this.#p;return this.#p=r+1,this.#s.send(rt(e,{seq:r,timestampMs:t.timestampMs??this.#r.nowMs()})),this.#a.sent(r),`sent`}#m(){this.#u=null,this.#o=`connecting`,this.#a.connected(),this.#s=new Ke(this.#e,this.#n,this.#r,{message:e=>{this.#h(e)},closed:e=>{this.#_(e)}})}#h(e){Ve(e)?(this.#g(e),this.#i.emit(`message`,e),e.type===`connection_established`?this.#i.emit(`connected`,e):e.type===`error`?this.#i.emit(`serverError`,e):He(e)&&this.#i.emit(`complete`,e)):this.#i.emit(`message`,e)}#g(e){switch(e.type){case`connection_established`:this.#o=`open`;return;case`frame_processed`:case`frame_rejected`:this.#c=0,this.#a.answered(e.seq);return;case`error`:this.#d=e,e.code===pt&&this.#a.slowDown(e.details.retry_after_ms),this.#a.settled(e.details.seq);return;case`enrollment_complete`:case`authentication_complete`:this.#f=!0;return}}#_(e){let t=this.#r.nowMs();this.#o===`open`&&(this.#l=t),this.#s=null,this.#f?this.#y(`completed`,e):Qe(e)?t-this.#l>=this.#t.giveUpAfterMs?this.#y(`unreachable`,e):this.#v(e):this.#y($e(e,this.#d),e)}#v(e){this.#c+=1,this.#o=`waiting`,this.#d=null;let t=Re(this.#c,this.#t,this.#r);this.#u=this.#r.after(t,()=>{this.#m()}),this.#i.emit(`reconnecting`,{attempt:this.#c,delayMs:t,code:e})}#y(e,t){this.#u?.(),this.#u=null,this.#s=null,this.#o=`ended`,this.#i.emit(`ended`,{reason:e,code:t,error:e===`completed`?null:this.#d})}};function ht(){let e=globalThis.WebSocket;if(e===void 0)throw Error(`this Node has no WebSocket: give that of the package 'ws' as the option webSocket`);return e}var gt=/infra-?red|\bir\b|depth|virtual|\bobs\b|snap camera|manycam/i;function _t(e){return e.filter(({kind:e,deviceId:t})=>e===`videoinput`&&t!==``).map(({deviceId:e,label:t})=>({deviceId:e,label:t}))}function vt(e,t){if(!gt.test(e.label))return null;let n=e=>/back|rear|environment/i.test(e);return t.filter(({deviceId:t,label:n})=>t!==e.deviceId&&n!==``&&!gt.test(n)).find(({label:e})=>!n(e))??null}function yt(e,t){let{name:n,message:r}=e instanceof Error?e:{name:``,message:``};switch(n){case`NotAllowedError`:case`SecurityError`:return bt(r,t);case`NotFoundError`:case`OverconstrainedError`:return`camera_missing`;case`NotReadableError`:case`AbortError`:return`camera_busy`;default:return`unsupported`}}function bt(e,{permission:t,allowedByPolicy:n}){return n?/by system/i.test(e)?`camera_denied_by_system`:/dismissed/i.test(e)||t===`prompt`?`camera_dismissed`:`camera_denied`:`camera_blocked`}var xt={width:{ideal:960},height:{ideal:720},frameRate:{ideal:30}},I=class extends Error{constructor(e,t){super(e,t),this.code=e}};function St(){if(!window.isSecureContext)return`insecure_origin`;let e=navigator.mediaDevices;return e&&typeof e.getUserMedia==`function`?null:`unsupported`}async function Ct(e){let t=St();if(t)throw new I(t);let n=await R(e);if(e.deviceId!==null)return n;let r=vt({deviceId:n.deviceId,label:n.track.label},await wt());return r===null?n:(L(n.stream),R({...e,deviceId:r.deviceId}).catch(()=>R(e)))}async function wt(){return St()?[]:_t(await navigator.mediaDevices.enumerateDevices().catch(()=>[]))}function L(e){for(let t of e.getTracks())t.stop()}async function R(e){let t=e.deviceId===null?{facingMode:{ideal:e.facingMode}}:{deviceId:{exact:e.deviceId}},n;try{n=await navigator.mediaDevices.getUserMedia({audio:!1,video:{...xt,...t}})}catch(t){if(e.deviceId!==null&&t instanceof Error&&/Overconstrained|NotFound/.test(t.name))return R({...e,deviceId:null});throw new I(yt(t,await Tt()),{cause:t})}let[r]=n.getVideoTracks();if(r===void 0)throw new I(`camera_missing`);let{deviceId:i=``,facingMode:a=`user`}=r.getSettings();return{stream:n,track:r,deviceId:i,mirrored:a!==`environment`}}async function Tt(){let e=document.featurePolicy;return{permission:(await Et())?.state??`unknown`,allowedByPolicy:e?.allowsFeature(`camera`)??!0}}async function Et(){try{return await navigator.permissions.query({name:`camera`})}catch{return null}}var Dt=10,Ot=.5,kt=.8,At=.1,jt=3,Mt=.2;function Nt(e){return{intervalMs:1e3/Math.min(Dt,e),nextDueMs:0,quality:kt,busyCount:0}}function Pt({nextDueMs:e,intervalMs:t},n){return n>=e-t*Mt}function Ft(e,t){let n=e.nextDueMs+e.intervalMs;return{...e,nextDueMs:Math.max(n,t+e.intervalMs/2)}}function It(e,t){if(t!==`busy`)return t===`sent`?{...e,busyCount:0}:e;let n=e.busyCount+1;return n<jt?{...e,busyCount:n}:{...e,busyCount:0,quality:Math.max(Ot,Lt(e.quality-At))}}function Lt(e){return Math.round(e*10)/10}var Rt=33;function zt(e,t){return`requestVideoFrameCallback`in e?Bt(e,t):Vt(e,t)}function Bt(e,t){let n=()=>e.requestVideoFrameCallback(r),r=e=>{i=n(),t(e)},i=n();return()=>{e.cancelVideoFrameCallback(i)}}function Vt(e,t){let n=-1,r=setInterval(()=>{e.currentTime!==n&&(n=e.currentTime,t(performance.now()))},Rt);return()=>{clearInterval(r)}}var Ht=480;function Ut({width:e,height:t}){let n=Math.min(1,Ht/Math.min(e,t));return{width:Math.round(e*n),height:Math.round(t*n)}}var Wt=class{#e=document.createElement(`canvas`);#t=this.#e.getContext(`2d`,{alpha:!1});#n=!1;get isBusy(){return this.#n}async grab(e,t){let{videoWidth:n,videoHeight:r}=e;if(this.#t===null||n===0||r===0)return null;let i=Ut({width:n,height:r});(this.#e.width!==i.width||this.#e.height!==i.height)&&Object.assign(this.#e,i),this.#t.drawImage(e,0,0,i.width,i.height),this.#n=!0;try{return await new Promise(e=>{this.#e.toBlob(e,`image/jpeg`,t)})}finally{this.#n=!1}}},z={camera_missing:`again`,camera_denied:`again`,camera_dismissed:`again`,camera_denied_by_system:`again`,camera_blocked:`none`,camera_busy:`again`,camera_lost:`again`,camera_frozen:`again`,insecure_origin:`none`,unsupported:`none`,bad_url:`none`,offline:`again`,server_away:`again`,server_error:`again`,protocol:`renew`,session_expired:`renew`,session_over:`renew`,session_unknown:`renew`,session_refused:`renew`,taken_over:`renew`,origin_refused:`none`,client_revoked:`none`,frames_used_up:`renew`,enrollment_refused:`none`,not_recognized:`renew`,challenge_wrong_action:`renew`,challenge_too_early:`renew`,challenge_too_late:`renew`,challenge_face_lost:`renew`,challenge_interrupted:`renew`,challenge_no_camera:`renew`,challenge_failed:`renew`},Gt=/* @__PURE__ */ new Set([`camera_busy`,`camera_lost`,`camera_frozen`]),Kt={wrong_action:`challenge_wrong_action`,too_early:`challenge_too_early`,too_late:`challenge_too_late`,face_lost:`challenge_face_lost`,interrupted:`challenge_interrupted`,no_camera:`challenge_no_camera`},qt={unreachable:`server_away`,expired:`session_expired`,over:`session_over`,not_found:`session_unknown`,revoked:`client_revoked`,taken_over:`taken_over`,origin_refused:`origin_refused`,frames_used_up:`frames_used_up`,bad_messages:`protocol`,too_big:`protocol`,unknown:`server_error`};function Jt(e,t){if(e===`refused`){let e=t?.details.reason;return e===void 0?`enrollment_refused`:Kt[e]??`challenge_failed`}return e===`completed`||e===`closed`?`server_error`:qt[e]}var Yt=1.2,Xt=700;function Zt({action:e,index:t,total:n,deadline_ms:r},i,a,o){let s={...i,widthPx:a&&tn(a)};return{action:e,index:t,total:n,startMs:o,deadlineMs:o+r,before:s,madeMs:null}}function Qt(e,t,n,r){return e.madeMs===null&&en(e,t,n)?{...e,madeMs:r}:e}function $t({madeMs:e,deadlineMs:t},n){return n>=t||e!==null&&n-e>=Xt}function en({action:e,before:t},n,r){switch(e){case`blink_twice`:return n.blinks>=t.blinks+2;case`come_closer`:return r!==null&&t.widthPx!==null&&tn(r)>=t.widthPx*Yt;default:return n.turns>t.turns}}function tn([e,,t]){return t-e}var nn={phase:`idle`,online:!0,visible:!0,camera:null,interrupted:!1,link:`connecting`,heardMs:0,sessionType:null,policy:null,progress:{frames:0,blinks:0,turns:0},sight:null,obstacles:[],slowSinceMs:null,prompt:{key:`prompt.connecting`,sinceMs:0,confirmedMs:0,rival:null},move:null,movesAsked:0,outcome:null,failure:null};function B(e){return e.phase===`checking`?e.visible?e.interrupted?`interrupted`:null:`hidden`:null}function rn(e){return e.target_samples??e.min_frames_required??0}function an(e){let t=e.phase===`checking`;return{camera:t||e.phase===`opening`,link:t,frames:t&&e.link===`open`&&B(e)===null}}var on={look_straight:`prompt.look_straight`,move_closer:`prompt.move_closer`,move_back:`prompt.move_back`,center_face:`prompt.center_face`,more_light:`prompt.more_light`,less_light:`prompt.less_light`,hold_still:`prompt.hold_still`,no_face:`prompt.no_face`,multiple_faces:`prompt.multiple_faces`,none:`prompt.almost`},sn={"prompt.blink":`hint.blink`,"prompt.blink_or_turn":`hint.blink`,"prompt.turn":`hint.turn`,"prompt.no_face":`hint.no_face`,"prompt.hold_still":`hint.hold_still`},cn={glasses:`prompt.obstacle.glasses`,mask:`prompt.obstacle.mask`,hat:`prompt.obstacle.hat`,hand_covering:`prompt.obstacle.hand_covering`},ln=4e3;function un(e,t){let n=B(e);if(n)return`prompt.${n}`;let r=e.link===`open`&&t-e.heardMs>ln;return!e.online&&(r||e.link!==`open`)?`prompt.offline`:e.link===`waiting`?e.policy?`prompt.reconnecting`:`prompt.unreachable`:e.link===`connecting`?`prompt.connecting`:r?`prompt.unreachable`:e.move?`prompt.challenge.${e.move.action}`:null}function dn(e,t){if(t.type===`frame_rejected`){let[e,...n]=t.obstacles,r=n.length===0?e:void 0;return(r&&cn[r])??`prompt.obstacle.several`}return t.reason===`identity_changed`?`prompt.identity_changed`:t.instruction!==`blink_required`&&t.instruction!==`motion_required`?on[t.instruction]??`prompt.ready`:fn(e)?`prompt.challenge.rest`:e.policy?.liveness_rule===`any`&&t.blinks_required>0&&t.motion_required>0?`prompt.blink_or_turn`:t.instruction===`blink_required`?`prompt.blink`:`prompt.turn`}function fn({policy:e,movesAsked:t}){return(e?.challenge_steps??0)>t}var pn=1500,mn=300,hn=2500;function gn(e){return e.startsWith(`prompt.challenge.`)||e===`prompt.offline`||e===`prompt.reconnecting`}function V(e,t){return{key:e,sinceMs:t,confirmedMs:t,rival:null}}function _n(e,t,n){if(t===e.key)return{...e,confirmedMs:n,rival:null};if(gn(t))return V(t,n);let r=e.rival?.key===t?e.rival:{key:t,sinceMs:n},i=n-e.sinceMs>=pn,a=n-r.sinceMs>=mn,o=n-e.confirmedMs>=hn;return i&&(a||o)?V(t,n):{...e,rival:r}}var vn={first:5,later:12},yn=`low_frame_rate`;function bn(e,t,n){let r=xn(e,t,n);if(r.phase!==`checking`)return r;let i=un(r,n);return i?{...r,prompt:_n(r.prompt,i,n)}:r}function xn(e,t,n){switch(t.type){case`renew`:return Cn(e)?e:{...H(e),phase:`renewing`};case`start`:return e.phase===`idle`||e.phase===`cancelled`?U(e):e;case`retry`:return wn(e);case`cancel`:return Cn(e)?{...W(e),phase:`cancelled`,failure:null}:e;case`session`:return t.begin?U(H(e)):H(e);case`no-session`:return e.phase===`renewing`?G(e,`session_refused`):e;case`reset`:return H(e);case`camera`:return Tn(e,t.camera,n);case`failed`:return Sn(e)?e:G(e,t.code);case`interrupted`:return{...e,interrupted:t.interrupted,heardMs:n};case`visible`:return{...e,visible:t.visible,heardMs:n};case`online`:return{...e,online:t.online};case`connected`:return En(e,t.message,n);case`message`:return e.phase===`checking`?On({...e,heardMs:n},t.message,n):e;case`reconnecting`:return Dn(e,t.attempt);case`ended`:return e.phase===`checking`?G(e,Jt(t.reason,t.error)):e;case`tick`:return Mn(e,n)}}function Sn({phase:e}){return e===`done`||e===`failed`||e===`cancelled`}function Cn({phase:e}){return e!==`idle`&&e!==`done`&&e!==`cancelled`}function H({online:e,visible:t}){return{...nn,online:e,visible:t}}function U(e){return{...H(e),phase:`opening`}}function wn(e){if(e.phase===`cancelled`)return U(e);if(e.phase!==`failed`||e.failure===null)return e;switch(z[e.failure]){case`again`:return U(e);case`renew`:return{...H(e),phase:`renewing`};case`none`:return e}}function W(e){return{...e,camera:null,interrupted:!1,sight:null,slowSinceMs:null,move:null}}function G(e,t){return{...W(e),phase:`failed`,failure:t}}function Tn(e,t,n){return e.phase===`checking`?{...e,camera:t,interrupted:!1}:e.phase===`opening`?{...e,phase:`checking`,camera:t,link:`connecting`,prompt:V(`prompt.connecting`,n)}:e}function En(e,t,n){return e.phase===`checking`?{...e,link:`open`,heardMs:n,sessionType:t.session_type,policy:t.policy,progress:{frames:t.frames_processed,blinks:t.blinks_detected,turns:t.motion_events},prompt:V(`prompt.ready`,n),move:null}:e}function Dn(e,t){return e.phase===`checking`?t>(e.policy?vn.later:vn.first)?G(e,e.online?`server_away`:`offline`):{...e,link:`waiting`,sight:null,slowSinceMs:null,move:null}:e}function On(e,t,n){return Nn(t)?kn(e,t,n):Pn(t)?An(e,t):Fn(t)?jn(e,t,n):e}function kn(e,t,n){let r=t.type===`frame_processed`,i={box:r?t.visual_data.face_bbox:null,accepted:r&&t.accepted,qualityScore:r?t.quality_score:0},a=r?{frames:t.frames_processed,blinks:t.blinks_detected,turns:t.motion_events}:e.progress,o=r?t.warnings?.includes(yn)===!0:e.slowSinceMs!==null,s=r?e.obstacles:t.obstacles,c=e.move&&Qt(e.move,a,i.box,n),l={...e,sight:i,progress:a,obstacles:s,move:c,slowSinceMs:o?e.slowSinceMs??n:null};return un(l,n)?l:{...l,prompt:_n(e.prompt,dn(l,t),n)}}function An(e,t){return t.success?{...W(e),phase:`done`,outcome:t}:{...G(e,`not_recognized`),outcome:t}}function jn(e,t,n){let r=Zt(t,e.progress,e.sight?.box??null,n);return{...e,move:r,movesAsked:t.index+1}}function Mn(e,t){return e.move===null||!$t(e.move,t)?e:{...e,move:null,prompt:V(`prompt.challenge.rest`,t)}}function Nn(e){return e.type===`frame_processed`||e.type===`frame_rejected`}function Pn(e){return e.type===`enrollment_complete`||e.type===`authentication_complete`}function Fn(e){return e.type===`challenge`}var In=250,Ln=10,Rn=class{#e;#t;#n;#r;#i;#a;#o;#s;#c;#l;#u;#d;#f;#p;#m;#h;constructor(e){this.video=document.createElement(`video`),this.#t=new Wt,this.#n=nn,this.#r=``,this.#i={deviceId:null,facingMode:`user`},this.#a=[],this.#o=null,this.#s=0,this.#c=!1,this.#l=null,this.#u=Nt(Ln),this.#d=0,this.#f=-1,this.#p=null,this.#h=null,this.#e=e,Object.assign(this.video,{muted:!0,playsInline:!0,autoplay:!0,disablePictureInPicture:!0})}get state(){return this.#n}get cameras(){return this.#a}get deviceId(){return this.#o?.deviceId??this.#i.deviceId??``}set url(e){this.#r=e}set wish(e){this.#i=e}dispatch(e){let t=this.#n;this.#n=bn(t,e,performance.now()),this.#e.changed(t,this.#n),this.#g()}chooseCamera(e){this.#i={...this.#i,deviceId:e},an(this.#n).camera?(this.#x(),this.#g()):this.dispatch({type:`retry`})}reconnectNow(){this.#l?.retryNow()}attach(){let{signal:e}=this.#h=new AbortController,t=()=>document.visibilityState===`visible`;document.addEventListener(`visibilitychange`,()=>{this.dispatch({type:`visible`,visible:t()}),t()&&this.#S()},{signal:e});let n=e=>()=>{this.dispatch({type:`online`,online:e}),e&&this.reconnectNow()};window.addEventListener(`online`,n(!0),{signal:e}),window.addEventListener(`offline`,n(!1),{signal:e}),navigator.mediaDevices?.addEventListener(`devicechange`,()=>void this.#D(),{signal:e}),this.dispatch({type:`visible`,visible:t()}),this.dispatch({type:`online`,online:navigator.onLine})}detach(){this.#h?.abort(),this.dispatch({type:`reset`})}#g(){let e=an(this.#n);e.link||this.#w(),e.camera||this.#x(),this.#_(e.camera),e.link&&this.#l===null?this.#C():e.camera&&this.#o===null&&!this.#c?this.#v():this.#o!==null&&this.#n.phase===`opening`&&this.#b(this.#o)}#_(e){e?this.#m??=setInterval(()=>{this.#E()},In):(clearInterval(this.#m),this.#m=void 0)}async#v(){let e=++this.#s;this.#c=!0;try{let t=await Ct(this.#i);e===this.#s?this.#y(t):L(t.stream),await this.#D()}catch(t){if(e!==this.#s)return;this.#c=!1;let n=t instanceof I?t.code:`camera_busy`;this.dispatch({type:`failed`,code:n}),await this.#O()}}#y(e){let{stream:t,track:n}=e;this.#c=!1,this.#o=e,this.video.srcObject=t,this.#S(),n.onended=()=>{this.dispatch({type:`failed`,code:`camera_lost`})},n.onmute=()=>{this.dispatch({type:`interrupted`,interrupted:!0})},n.onunmute=()=>{this.#S(),this.dispatch({type:`interrupted`,interrupted:!1})},this.#p=zt(this.video,e=>void this.#T(e)),this.#b(e)}#b({deviceId:e,mirrored:t}){this.dispatch({type:`camera`,camera:{deviceId:e,mirrored:t}})}#x(){if(this.#s+=1,this.#c=!1,this.#p?.(),this.#p=null,this.#o===null)return;let{stream:e,track:t}=this.#o;t.onended=t.onmute=t.onunmute=null,L(e),this.#o=null,this.video.srcObject=null}#S(){this.#d=performance.now(),this.#o&&this.video.play().catch(()=>void 0),this.reconnectNow()}#C(){let e=new mt(this.#r);this.#l=e,e.on(`connected`,e=>{this.#u=Nt(e.policy.max_fps),this.dispatch({type:`connected`,message:e})}),e.on(`message`,e=>{this.dispatch({type:`message`,message:e})}),e.on(`reconnecting`,({attempt:e})=>{this.dispatch({type:`reconnecting`,attempt:e})}),e.on(`ended`,({reason:t,error:n})=>{this.#l===e&&this.dispatch({type:`ended`,reason:t,error:n})});try{e.connect()}catch{this.dispatch({type:`failed`,code:`bad_url`})}}#w(){let e=this.#l;this.#l=null,e?.close()}async#T(e){if(this.#d=e,!an(this.#n).frames||this.#t.isBusy||!Pt(this.#u,e))return;this.#u=Ft(this.#u,e);let t=await this.#t.grab(this.video,this.#u.quality);t!==null&&this.#l!==null&&(this.#u=It(this.#u,this.#l.sendFrame(t,{timestampMs:e})))}#E(){let e=performance.now();this.video.currentTime!==this.#f&&(this.#d=e),this.#f=this.video.currentTime;let{visible:t,interrupted:n}=this.#n,r=t&&!n&&this.#o&&e-this.#d>8e3;this.dispatch(r?{type:`failed`,code:`camera_frozen`}:{type:`tick`})}async#D(){let e=this.#a.length;this.#a=await wt();let{failure:t}=this.#n,n=this.#a.length>e&&(t===`camera_missing`||t===`camera_lost`);this.dispatch(n?{type:`retry`}:{type:`tick`})}async#O(){let e=await Et();e!==null&&(e.onchange=()=>{let{failure:t}=this.#n;(t===`camera_denied`||t===`camera_dismissed`)&&e.state===`granted`&&this.dispatch({type:`retry`})})}};function zn(e){let{policy:t,progress:n}=e;if(!t)return[];let r=[K(`face`,n.frames,rn(t))],i=K(`moves`,Hn(e),t.challenge_steps??0);i.total>0&&r.push(i);let a=Vn(t,n);return i.total===0?[...r,...a]:i.met?[...r,...a.filter(({met:e})=>!e)]:r}function Bn(e){if(e.phase===`done`)return 1;let{policy:t}=e,n=zn(e);if(!t||n.length===0)return 0;let r=n.map(({name:e,done:t,total:n,met:r})=>({name:e,share:r?1:t/n}));if(t.liveness_rule!==`any`)return Un(r.map(({share:e})=>e));let i=({name:e})=>e===`blink`||e===`turn`,a=r.filter(i).map(({share:e})=>e),o=r.filter(e=>!i(e)).map(({share:e})=>e);return Un(a.length===0?o:[...o,Math.max(...a)])}function Vn(e,t){if(e.liveness_rule===`none`)return[];let n=[K(`blink`,t.blinks,e.required_blinks),K(`turn`,t.turns,e.required_motion)].filter(({total:e})=>e>0),r=n.filter(e=>e.met);return e.liveness_rule===`any`&&r.length>0?r:n}function Hn({move:e,movesAsked:t}){return e?t-1:t}function K(e,t,n){return{name:e,done:Math.min(t,n),total:n,met:t>=n}}function Un(e){return e.reduce((e,t)=>e+t,0)/e.length}function Wn(e,t,n){if(e.phase!==t.phase){let e=Gn(t,n);return e?[e]:[]}return t.phase===`checking`&&t.sight!==null&&t.sight!==e.sight?[{name:`frapi-progress`,detail:Kn(t)}]:[]}function Gn(e,t){switch(e.phase){case`opening`:return{name:`frapi-start`,detail:void 0};case`cancelled`:return{name:`frapi-cancel`,detail:void 0};case`done`:case`failed`:return e.outcome?{name:`frapi-complete`,detail:qn(e,e.outcome)}:{name:`frapi-error`,detail:Jn(e.failure??`server_error`,t)};case`idle`:case`checking`:case`renewing`:return null}}function Kn(e){let{progress:t,policy:n,sight:r,prompt:i}=e;return{framesProcessed:t.frames,framesTarget:n?rn(n):0,blinks:t.blinks,turns:t.turns,qualityScore:r?.qualityScore??0,share:Bn(e),instruction:i.key.replace(`prompt.`,``)}}function qn({sessionType:e},t){let n=t.type===`enrollment_complete`,r=n?void 0:t.user_id;return{success:t.success,sessionType:e??(n?`enrollment`:`verification`),...r===void 0?{}:{userId:r},...t.encrypted_data?{encryptedData:t.encrypted_data}:{},raw:{...t}}}function Jn(e,t){return{code:e,retryable:z[e]!==`none`,message:`${t.say(`failure.${e}.title`)}. ${t.say(`failure.${e}.body`)}`}}var Yn=/* @__PURE__ */ new Set([`ws:`,`wss:`,`http:`,`https:`]);function Xn(e){try{return Yn.has(new URL(e).protocol)}catch{return!1}}async function Zn(e){try{let t=await e();return Xn(t)?t:null}catch{return null}}var Qn={en:{"intro.title":`Face check`,"intro.body":`Your camera shows us your face for a few seconds. It goes off as soon as the check ends.`,"intro.tip.light":`Sit where light falls on your face`,"intro.tip.bare":`Take off glasses, mask and hat`,"intro.tip.alone":`Be alone in the picture`,"action.start":`Start`,"action.cancel":`Cancel`,"action.retry":`Try again`,"action.renew":`Start a new check`,"action.now":`Try now`,"opening.title":`Allow the camera`,"opening.body":`Your browser asks whether this page may use your camera. Choose “Allow”.`,"renewing.title":`One moment`,"renewing.body":`A new check is being prepared.`,"prompt.connecting":`Connecting`,"prompt.ready":`Look into the camera`,"prompt.no_face":`Bring your face into the oval`,"prompt.multiple_faces":`Only you should be in the picture`,"prompt.move_closer":`Come a little closer`,"prompt.move_back":`Move back a little`,"prompt.center_face":`Bring your whole face into the oval`,"prompt.look_straight":`Look straight into the camera`,"prompt.more_light":`It is too dark: turn on a light or face a window`,"prompt.less_light":`It is too bright: turn away from the light`,"prompt.hold_still":`Hold still for a moment`,"prompt.identity_changed":`Another face appeared, so we start again`,"prompt.blink":`Blink once, slowly`,"prompt.turn":`Turn your head to one side and back`,"prompt.blink_or_turn":`Blink, or turn your head and back`,"prompt.almost":`Look into the camera, almost done`,"prompt.obstacle.glasses":`Take off your glasses`,"prompt.obstacle.mask":`Take off your mask`,"prompt.obstacle.hat":`Take off your hat and bare your forehead`,"prompt.obstacle.hand_covering":`Take your hand away from your face`,"prompt.obstacle.several":`Take away what covers your face`,"prompt.reconnecting":`Connection lost. Reconnecting; what you did so far is kept`,"prompt.unreachable":`The server doesn’t answer yet. We keep trying`,"prompt.offline":`You are offline. We go on when the connection is back`,"prompt.hidden":`Paused while this page is in the background`,"prompt.interrupted":`The camera is in use elsewhere. We go on when it is free`,"prompt.challenge.rest":`Look straight ahead and wait for the next move`,"prompt.challenge.turn_left":`Turn your head to your left and back`,"prompt.challenge.turn_right":`Turn your head to your right and back`,"prompt.challenge.look_up":`Look up and back`,"prompt.challenge.look_down":`Look down and back`,"prompt.challenge.blink_twice":`Blink twice`,"prompt.challenge.come_closer":`Come closer and go back`,"hint.blink":`Close both eyes for a moment, then open them`,"hint.turn":`Far enough that one ear faces the camera`,"hint.no_face":`Hold the camera at eye level, and open its shutter`,"hint.hold_still":`Lean your arms on something`,"obstacle.glasses":`Glasses`,"obstacle.mask":`Mask`,"obstacle.hat":`Hat`,"obstacle.hand_covering":`Hand`,"challenge.step":`Move {number} of {total}`,"challenge.seconds":`{seconds} s`,"steps.label":`What is checked`,"step.face":`Face`,"step.blink":`Blink`,"step.turn":`Turn`,"step.moves":`Moves`,"step.count":`{done} of {total}`,"step.met":`done`,"quality.label":`Picture quality`,"quality.value":`{percent} of 100, {needed} needed`,"warning.slow":`Slow connection: blink slowly`,"camera.label":`Camera`,"camera.unnamed":`Camera {number}`,"preview.label":`Your camera’s picture, mirrored`,"progress.label":`Progress`,"done.enrollment.title":`Your face is enrolled`,"done.enrollment.body":`From now on you can be recognised by it.`,"done.verification.title":`It’s you`,"done.verification.body":`Your face matches.`,"done.identification.title":`You were recognised`,"done.identification.body":`Your face matches.`,"cancelled.title":`Check cancelled`,"cancelled.body":`The camera is off.`,"failure.camera_missing.title":`No camera found`,"failure.camera_missing.body":`Plug in a camera or switch it on. We go on by ourselves as soon as it is there.`,"failure.camera_denied.title":`The camera is blocked for this page`,"failure.camera_denied.body":`Open the page’s settings beside the address, allow the camera there, then try again.`,"failure.camera_dismissed.title":`The camera was not allowed`,"failure.camera_dismissed.body":`The check needs your camera. Try again and choose “Allow”.`,"failure.camera_denied_by_system.title":`Your device keeps the camera from this browser`,"failure.camera_denied_by_system.body":`Allow the camera for your browser in the device’s privacy settings, then try again.`,"failure.camera_blocked.title":`This page doesn’t pass the camera on`,"failure.camera_blocked.body":`The check sits in a frame that may not use the camera. Open it in a window of its own, or tell the site’s support.`,"failure.camera_busy.title":`The camera is in use`,"failure.camera_busy.body":`Close other programs and tabs that use it, or choose another camera, then try again.`,"failure.camera_lost.title":`The camera was unplugged`,"failure.camera_lost.body":`Plug it in again or choose another one. What you did so far is kept.`,"failure.camera_frozen.title":`The camera sends no picture`,"failure.camera_frozen.body":`Open its shutter if it has one, plug it in again or choose another camera, then try again.`,"failure.insecure_origin.title":`This page isn’t secure`,"failure.insecure_origin.body":`Browsers give the camera to https pages only. Open the page with https:// in its address.`,"failure.unsupported.title":`This browser can’t do the check`,"failure.unsupported.body":`Open the page in a current Chrome, Edge, Firefox or Safari.`,"failure.bad_url.title":`The check isn’t set up right`,"failure.bad_url.body":`The address of the session is missing or wrong. Go back and start again.`,"failure.offline.title":`You are offline`,"failure.offline.body":`Check your network, then try again. What you did so far is kept.`,"failure.server_away.title":`The server can’t be reached`,"failure.server_away.body":`Wait a moment, then try again. What you did so far is kept.`,"failure.server_error.title":`Something went wrong on the server`,"failure.server_error.body":`It is not your fault. Try again in a moment.`,"failure.protocol.title":`The server couldn’t read the pictures`,"failure.protocol.body":`Reload the page and start a new check.`,"failure.session_expired.title":`The time for this check is over`,"failure.session_expired.body":`Start a new one; it takes only a few seconds.`,"failure.session_over.title":`This check has already ended`,"failure.session_over.body":`Start a new one to try again.`,"failure.session_unknown.title":`This check doesn’t exist any more`,"failure.session_unknown.body":`Start a new one.`,"failure.session_refused.title":`No new check could be started`,"failure.session_refused.body":`Wait a moment, then try again.`,"failure.taken_over.title":`The check goes on elsewhere`,"failure.taken_over.body":`It was opened in another window or on another device. Finish it there, or start a new one.`,"failure.origin_refused.title":`This page may not run the check`,"failure.origin_refused.body":`The server doesn’t allow it for this site’s address. Tell the site’s support.`,"failure.client_revoked.title":`This site’s access has ended`,"failure.client_revoked.body":`The server no longer accepts it. Tell the site’s support.`,"failure.frames_used_up.title":`That took too long`,"failure.frames_used_up.body":`All pictures of this check are used up. Find good light, look straight into the camera and start a new one.`,"failure.enrollment_refused.title":`This face can’t be enrolled`,"failure.enrollment_refused.body":`The server’s rules don’t allow it. Ask the site’s support.`,"failure.not_recognized.title":`We didn’t recognise you`,"failure.not_recognized.body":`Look straight into the camera in even light, and start a new check.`,"failure.challenge_wrong_action.title":`That was another move`,"failure.challenge_wrong_action.body":`Start a new check, and make only the moves that are asked for.`,"failure.challenge_too_early.title":`That was too early`,"failure.challenge_too_early.body":`Start a new check, and move only after you have read what is asked for.`,"failure.challenge_too_late.title":`That was too late`,"failure.challenge_too_late.body":`Start a new check, and make each move before its time is over.`,"failure.challenge_face_lost.title":`Your face left the picture`,"failure.challenge_face_lost.body":`Start a new check, and stay in the oval until the end.`,"failure.challenge_interrupted.title":`The connection broke in the middle of the moves`,"failure.challenge_interrupted.body":`The moves must be made in one go. Start a new check.`,"failure.challenge_no_camera.title":`The pictures don’t look like a camera’s`,"failure.challenge_no_camera.body":`Use a real camera, not a film or a virtual one, and start a new check.`,"failure.challenge_failed.title":`A move wasn’t made as asked`,"failure.challenge_failed.body":`Start a new check, and make each move as it is asked for.`,"failure.code":`Code: {code}`},es:{"intro.title":`Comprobación facial`,"intro.body":`La cámara nos muestra tu rostro unos segundos. Se apaga en cuanto termina la comprobación.`,"intro.tip.light":`Colócate donde la luz te dé en la cara`,"intro.tip.bare":`Quítate las gafas, la mascarilla y el gorro`,"intro.tip.alone":`Procura que no haya nadie más en la imagen`,"action.start":`Empezar`,"action.cancel":`Cancelar`,"action.retry":`Volver a intentarlo`,"action.renew":`Empezar otra comprobación`,"action.now":`Intentar ahora`,"opening.title":`Permite la cámara`,"opening.body":`El navegador pregunta si esta página puede usar la cámara. Elige «Permitir».`,"renewing.title":`Un momento`,"renewing.body":`Se está preparando otra comprobación.`,"prompt.connecting":`Conectando`,"prompt.ready":`Mira a la cámara`,"prompt.no_face":`Coloca la cara dentro del óvalo`,"prompt.multiple_faces":`Solo debes aparecer tú en la imagen`,"prompt.move_closer":`Acércate un poco`,"prompt.move_back":`Aléjate un poco`,"prompt.center_face":`Coloca toda la cara dentro del óvalo`,"prompt.look_straight":`Mira de frente a la cámara`,"prompt.more_light":`Está demasiado oscuro: enciende una luz o ponte frente a una ventana`,"prompt.less_light":`Hay demasiada luz: gírate para que no te dé de lleno`,"prompt.hold_still":`No te muevas un momento`,"prompt.identity_changed":`Ha aparecido otra cara, así que empezamos de nuevo`,"prompt.blink":`Parpadea una vez, despacio`,"prompt.turn":`Gira la cabeza hacia un lado y vuelve`,"prompt.blink_or_turn":`Parpadea, o gira la cabeza y vuelve`,"prompt.almost":`Mira a la cámara, ya casi está`,"prompt.obstacle.glasses":`Quítate las gafas`,"prompt.obstacle.mask":`Quítate la mascarilla`,"prompt.obstacle.hat":`Quítate el gorro y despeja la frente`,"prompt.obstacle.hand_covering":`Aparta la mano de la cara`,"prompt.obstacle.several":`Aparta lo que te cubre la cara`,"prompt.reconnecting":`Conexión perdida. Reconectando; lo que ya has hecho se conserva`,"prompt.unreachable":`El servidor aún no responde. Seguimos intentándolo`,"prompt.offline":`No tienes conexión. Seguiremos cuando vuelva`,"prompt.hidden":`En pausa mientras esta página está en segundo plano`,"prompt.interrupted":`La cámara se está usando en otro sitio. Seguiremos cuando quede libre`,"prompt.challenge.rest":`Mira al frente y espera el siguiente movimiento`,"prompt.challenge.turn_left":`Gira la cabeza a tu izquierda y vuelve`,"prompt.challenge.turn_right":`Gira la cabeza a tu derecha y vuelve`,"prompt.challenge.look_up":`Mira hacia arriba y vuelve`,"prompt.challenge.look_down":`Mira hacia abajo y vuelve`,"prompt.challenge.blink_twice":`Parpadea dos veces`,"prompt.challenge.come_closer":`Acércate y vuelve atrás`,"hint.blink":`Cierra los dos ojos un momento y ábrelos`,"hint.turn":`Lo bastante para que una oreja mire a la cámara`,"hint.no_face":`Pon la cámara a la altura de los ojos y abre su tapa`,"hint.hold_still":`Apoya los brazos en algo`,"obstacle.glasses":`Gafas`,"obstacle.mask":`Mascarilla`,"obstacle.hat":`Gorro`,"obstacle.hand_covering":`Mano`,"challenge.step":`Movimiento {number} de {total}`,"challenge.seconds":`{seconds} s`,"steps.label":`Qué se comprueba`,"step.face":`Cara`,"step.blink":`Parpadeo`,"step.turn":`Giro`,"step.moves":`Movimientos`,"step.count":`{done} de {total}`,"step.met":`hecho`,"quality.label":`Calidad de imagen`,"quality.value":`{percent} de 100, se necesitan {needed}`,"warning.slow":`Conexión lenta: parpadea despacio`,"camera.label":`Cámara`,"camera.unnamed":`Cámara {number}`,"preview.label":`La imagen de tu cámara, en espejo`,"progress.label":`Progreso`,"done.enrollment.title":`Tu rostro está registrado`,"done.enrollment.body":`A partir de ahora se te podrá reconocer por él.`,"done.verification.title":`Eres tú`,"done.verification.body":`Tu rostro coincide.`,"done.identification.title":`Te hemos reconocido`,"done.identification.body":`Tu rostro coincide.`,"cancelled.title":`Comprobación cancelada`,"cancelled.body":`La cámara está apagada.`,"failure.camera_missing.title":`No se ha encontrado ninguna cámara`,"failure.camera_missing.body":`Conecta una cámara o enciéndela. Seguiremos automáticamente en cuanto aparezca.`,"failure.camera_denied.title":`La cámara está bloqueada para esta página`,"failure.camera_denied.body":`Abre los ajustes de la página junto a la dirección, permite allí la cámara y vuelve a intentarlo.`,"failure.camera_dismissed.title":`No se ha permitido la cámara`,"failure.camera_dismissed.body":`La comprobación necesita la cámara. Vuelve a intentarlo y elige «Permitir».`,"failure.camera_denied_by_system.title":`Tu dispositivo no deja usar la cámara a este navegador`,"failure.camera_denied_by_system.body":`Permite la cámara a tu navegador en los ajustes de privacidad del dispositivo y vuelve a intentarlo.`,"failure.camera_blocked.title":`Esta página no cede la cámara`,"failure.camera_blocked.body":`La comprobación está en un marco que no puede usar la cámara. Ábrela en su propia ventana o avisa al soporte del sitio.`,"failure.camera_busy.title":`La cámara está en uso`,"failure.camera_busy.body":`Cierra otros programas y pestañas que la usen, o elige otra cámara, y vuelve a intentarlo.`,"failure.camera_lost.title":`Se ha desconectado la cámara`,"failure.camera_lost.body":`Vuelve a conectarla o elige otra. Lo que ya has hecho se conserva.`,"failure.camera_frozen.title":`La cámara no envía imagen`,"failure.camera_frozen.body":`Abre la tapa si la tiene, vuelve a conectarla o elige otra cámara, y vuelve a intentarlo.`,"failure.insecure_origin.title":`Esta página no es segura`,"failure.insecure_origin.body":`Los navegadores solo dan la cámara a páginas https. Abre la página con https:// en la dirección.`,"failure.unsupported.title":`Este navegador no puede hacer la comprobación`,"failure.unsupported.body":`Abre la página en una versión actual de Chrome, Edge, Firefox o Safari.`,"failure.bad_url.title":`La comprobación no está bien configurada`,"failure.bad_url.body":`La dirección de la sesión falta o es incorrecta. Vuelve atrás y empieza de nuevo.`,"failure.offline.title":`No tienes conexión`,"failure.offline.body":`Revisa tu red y vuelve a intentarlo. Lo que ya has hecho se conserva.`,"failure.server_away.title":`No se puede contactar con el servidor`,"failure.server_away.body":`Espera un momento y vuelve a intentarlo. Lo que ya has hecho se conserva.`,"failure.server_error.title":`Algo ha fallado en el servidor`,"failure.server_error.body":`No es culpa tuya. Vuelve a intentarlo dentro de un momento.`,"failure.protocol.title":`El servidor no ha podido leer las imágenes`,"failure.protocol.body":`Recarga la página y empieza otra comprobación.`,"failure.session_expired.title":`Se ha agotado el tiempo de esta comprobación`,"failure.session_expired.body":`Empieza otra; solo lleva unos segundos.`,"failure.session_over.title":`Esta comprobación ya ha terminado`,"failure.session_over.body":`Empieza otra para volver a intentarlo.`,"failure.session_unknown.title":`Esta comprobación ya no existe`,"failure.session_unknown.body":`Empieza otra.`,"failure.session_refused.title":`No se ha podido empezar otra comprobación`,"failure.session_refused.body":`Espera un momento y vuelve a intentarlo.`,"failure.taken_over.title":`La comprobación sigue en otro sitio`,"failure.taken_over.body":`Se ha abierto en otra ventana o en otro dispositivo. Termínala allí o empieza otra.`,"failure.origin_refused.title":`Esta página no puede hacer la comprobación`,"failure.origin_refused.body":`El servidor no lo permite para la dirección de este sitio. Avisa al soporte del sitio.`,"failure.client_revoked.title":`El acceso de este sitio ha terminado`,"failure.client_revoked.body":`El servidor ya no lo acepta. Avisa al soporte del sitio.`,"failure.frames_used_up.title":`Ha tardado demasiado`,"failure.frames_used_up.body":`Se han gastado todas las imágenes de esta comprobación. Busca buena luz, mira de frente a la cámara y empieza otra.`,"failure.enrollment_refused.title":`Este rostro no se puede registrar`,"failure.enrollment_refused.body":`Las reglas del servidor no lo permiten. Pregunta al soporte del sitio.`,"failure.not_recognized.title":`No te hemos reconocido`,"failure.not_recognized.body":`Mira de frente a la cámara con luz uniforme y empieza otra comprobación.`,"failure.challenge_wrong_action.title":`Ese era otro movimiento`,"failure.challenge_wrong_action.body":`Empieza otra comprobación y haz solo los movimientos que se piden.`,"failure.challenge_too_early.title":`Ha sido demasiado pronto`,"failure.challenge_too_early.body":`Empieza otra comprobación y muévete solo después de leer lo que se pide.`,"failure.challenge_too_late.title":`Ha sido demasiado tarde`,"failure.challenge_too_late.body":`Empieza otra comprobación y haz cada movimiento antes de que acabe su tiempo.`,"failure.challenge_face_lost.title":`Tu cara ha salido de la imagen`,"failure.challenge_face_lost.body":`Empieza otra comprobación y quédate en el óvalo hasta el final.`,"failure.challenge_interrupted.title":`La conexión se ha cortado en medio de los movimientos`,"failure.challenge_interrupted.body":`Los movimientos deben hacerse de una vez. Empieza otra comprobación.`,"failure.challenge_no_camera.title":`Las imágenes no parecen de una cámara`,"failure.challenge_no_camera.body":`Usa una cámara real, no una película ni una cámara virtual, y empieza otra comprobación.`,"failure.challenge_failed.title":`Un movimiento no fue el que se pedía`,"failure.challenge_failed.body":`Empieza otra comprobación y haz cada movimiento tal como se pide.`,"failure.code":`Código: {code}`},de:{"intro.title":`Gesichtsprüfung`,"intro.body":`Ihre Kamera zeigt uns einige Sekunden lang Ihr Gesicht. Sie geht aus, sobald die Prüfung endet.`,"intro.tip.light":`Setzen Sie sich so, dass Licht auf Ihr Gesicht fällt`,"intro.tip.bare":`Nehmen Sie Brille, Maske und Hut ab`,"intro.tip.alone":`Seien Sie allein im Bild`,"action.start":`Starten`,"action.cancel":`Abbrechen`,"action.retry":`Noch einmal versuchen`,"action.renew":`Neue Prüfung starten`,"action.now":`Jetzt versuchen`,"opening.title":`Kamera erlauben`,"opening.body":`Ihr Browser fragt, ob diese Seite die Kamera benutzen darf. Wählen Sie „Zulassen“.`,"renewing.title":`Einen Moment`,"renewing.body":`Eine neue Prüfung wird vorbereitet.`,"prompt.connecting":`Verbindung wird hergestellt`,"prompt.ready":`Schauen Sie in die Kamera`,"prompt.no_face":`Bringen Sie Ihr Gesicht in das Oval`,"prompt.multiple_faces":`Nur Sie sollten im Bild sein`,"prompt.move_closer":`Kommen Sie etwas näher`,"prompt.move_back":`Gehen Sie etwas zurück`,"prompt.center_face":`Bringen Sie Ihr ganzes Gesicht in das Oval`,"prompt.look_straight":`Schauen Sie gerade in die Kamera`,"prompt.more_light":`Es ist zu dunkel: Machen Sie Licht an oder drehen Sie sich zum Fenster`,"prompt.less_light":`Es ist zu hell: Drehen Sie sich vom Licht weg`,"prompt.hold_still":`Halten Sie einen Moment still`,"prompt.identity_changed":`Ein anderes Gesicht war zu sehen, wir fangen neu an`,"prompt.blink":`Blinzeln Sie einmal langsam`,"prompt.turn":`Drehen Sie den Kopf zur Seite und zurück`,"prompt.blink_or_turn":`Blinzeln Sie, oder drehen Sie den Kopf und zurück`,"prompt.almost":`Schauen Sie in die Kamera, gleich geschafft`,"prompt.obstacle.glasses":`Nehmen Sie die Brille ab`,"prompt.obstacle.mask":`Nehmen Sie die Maske ab`,"prompt.obstacle.hat":`Nehmen Sie den Hut ab und machen Sie die Stirn frei`,"prompt.obstacle.hand_covering":`Nehmen Sie die Hand vom Gesicht`,"prompt.obstacle.several":`Entfernen Sie, was Ihr Gesicht verdeckt`,"prompt.reconnecting":`Verbindung verloren. Wir verbinden neu; was Sie schon getan haben, bleibt erhalten`,"prompt.unreachable":`Der Server antwortet noch nicht. Wir versuchen es weiter`,"prompt.offline":`Sie sind offline. Es geht weiter, sobald die Verbindung wieder da ist`,"prompt.hidden":`Pause, solange diese Seite im Hintergrund ist`,"prompt.interrupted":`Die Kamera wird anderswo benutzt. Es geht weiter, sobald sie frei ist`,"prompt.challenge.rest":`Schauen Sie geradeaus und warten Sie auf die nächste Bewegung`,"prompt.challenge.turn_left":`Drehen Sie den Kopf nach links und zurück`,"prompt.challenge.turn_right":`Drehen Sie den Kopf nach rechts und zurück`,"prompt.challenge.look_up":`Schauen Sie nach oben und zurück`,"prompt.challenge.look_down":`Schauen Sie nach unten und zurück`,"prompt.challenge.blink_twice":`Blinzeln Sie zweimal`,"prompt.challenge.come_closer":`Kommen Sie näher und gehen Sie zurück`,"hint.blink":`Schließen Sie kurz beide Augen und öffnen Sie sie wieder`,"hint.turn":`So weit, dass ein Ohr zur Kamera zeigt`,"hint.no_face":`Halten Sie die Kamera auf Augenhöhe und öffnen Sie ihre Abdeckung`,"hint.hold_still":`Stützen Sie die Arme auf`,"obstacle.glasses":`Brille`,"obstacle.mask":`Maske`,"obstacle.hat":`Hut`,"obstacle.hand_covering":`Hand`,"challenge.step":`Bewegung {number} von {total}`,"challenge.seconds":`{seconds} s`,"steps.label":`Was geprüft wird`,"step.face":`Gesicht`,"step.blink":`Blinzeln`,"step.turn":`Drehen`,"step.moves":`Bewegungen`,"step.count":`{done} von {total}`,"step.met":`fertig`,"quality.label":`Bildqualität`,"quality.value":`{percent} von 100, {needed} nötig`,"warning.slow":`Langsame Verbindung: langsam blinzeln`,"camera.label":`Kamera`,"camera.unnamed":`Kamera {number}`,"preview.label":`Das Bild Ihrer Kamera, gespiegelt`,"progress.label":`Fortschritt`,"done.enrollment.title":`Ihr Gesicht ist registriert`,"done.enrollment.body":`Von jetzt an können Sie daran erkannt werden.`,"done.verification.title":`Sie sind es`,"done.verification.body":`Ihr Gesicht stimmt überein.`,"done.identification.title":`Sie wurden erkannt`,"done.identification.body":`Ihr Gesicht stimmt überein.`,"cancelled.title":`Prüfung abgebrochen`,"cancelled.body":`Die Kamera ist aus.`,"failure.camera_missing.title":`Keine Kamera gefunden`,"failure.camera_missing.body":`Schließen Sie eine Kamera an oder schalten Sie sie ein. Es geht von selbst weiter, sobald sie da ist.`,"failure.camera_denied.title":`Die Kamera ist für diese Seite gesperrt`,"failure.camera_denied.body":`Öffnen Sie neben der Adresse die Einstellungen der Seite, erlauben Sie dort die Kamera und versuchen Sie es noch einmal.`,"failure.camera_dismissed.title":`Die Kamera wurde nicht erlaubt`,"failure.camera_dismissed.body":`Die Prüfung braucht Ihre Kamera. Versuchen Sie es noch einmal und wählen Sie „Zulassen“.`,"failure.camera_denied_by_system.title":`Ihr Gerät gibt diesem Browser die Kamera nicht`,"failure.camera_denied_by_system.body":`Erlauben Sie Ihrem Browser die Kamera in den Datenschutz-Einstellungen des Geräts und versuchen Sie es noch einmal.`,"failure.camera_blocked.title":`Diese Seite gibt die Kamera nicht weiter`,"failure.camera_blocked.body":`Die Prüfung steckt in einem Rahmen, der die Kamera nicht benutzen darf. Öffnen Sie sie in einem eigenen Fenster, oder melden Sie es dem Support der Seite.`,"failure.camera_busy.title":`Die Kamera wird schon benutzt`,"failure.camera_busy.body":`Schließen Sie andere Programme und Tabs, die sie benutzen, oder wählen Sie eine andere Kamera, und versuchen Sie es noch einmal.`,"failure.camera_lost.title":`Die Kamera wurde getrennt`,"failure.camera_lost.body":`Schließen Sie sie wieder an oder wählen Sie eine andere. Was Sie schon getan haben, bleibt erhalten.`,"failure.camera_frozen.title":`Die Kamera liefert kein Bild`,"failure.camera_frozen.body":`Öffnen Sie ihre Abdeckung, falls sie eine hat, schließen Sie sie neu an oder wählen Sie eine andere, und versuchen Sie es noch einmal.`,"failure.insecure_origin.title":`Diese Seite ist nicht sicher`,"failure.insecure_origin.body":`Browser geben die Kamera nur https-Seiten. Öffnen Sie die Seite mit https:// in der Adresse.`,"failure.unsupported.title":`Dieser Browser kann die Prüfung nicht ausführen`,"failure.unsupported.body":`Öffnen Sie die Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.`,"failure.bad_url.title":`Die Prüfung ist nicht richtig eingerichtet`,"failure.bad_url.body":`Die Adresse der Sitzung fehlt oder ist falsch. Gehen Sie zurück und fangen Sie neu an.`,"failure.offline.title":`Sie sind offline`,"failure.offline.body":`Prüfen Sie Ihr Netz und versuchen Sie es noch einmal. Was Sie schon getan haben, bleibt erhalten.`,"failure.server_away.title":`Der Server ist nicht erreichbar`,"failure.server_away.body":`Warten Sie einen Moment und versuchen Sie es noch einmal. Was Sie schon getan haben, bleibt erhalten.`,"failure.server_error.title":`Auf dem Server ist etwas schiefgegangen`,"failure.server_error.body":`Es liegt nicht an Ihnen. Versuchen Sie es gleich noch einmal.`,"failure.protocol.title":`Der Server konnte die Bilder nicht lesen`,"failure.protocol.body":`Laden Sie die Seite neu und starten Sie eine neue Prüfung.`,"failure.session_expired.title":`Die Zeit für diese Prüfung ist um`,"failure.session_expired.body":`Starten Sie eine neue; sie dauert nur einige Sekunden.`,"failure.session_over.title":`Diese Prüfung ist schon zu Ende`,"failure.session_over.body":`Starten Sie eine neue, um es noch einmal zu versuchen.`,"failure.session_unknown.title":`Diese Prüfung gibt es nicht mehr`,"failure.session_unknown.body":`Starten Sie eine neue.`,"failure.session_refused.title":`Es konnte keine neue Prüfung gestartet werden`,"failure.session_refused.body":`Warten Sie einen Moment und versuchen Sie es noch einmal.`,"failure.taken_over.title":`Die Prüfung läuft anderswo weiter`,"failure.taken_over.body":`Sie wurde in einem anderen Fenster oder auf einem anderen Gerät geöffnet. Beenden Sie sie dort, oder starten Sie eine neue.`,"failure.origin_refused.title":`Diese Seite darf die Prüfung nicht ausführen`,"failure.origin_refused.body":`Der Server erlaubt es für die Adresse dieser Seite nicht. Melden Sie es dem Support der Seite.`,"failure.client_revoked.title":`Der Zugang dieser Seite ist beendet`,"failure.client_revoked.body":`Der Server nimmt ihn nicht mehr an. Melden Sie es dem Support der Seite.`,"failure.frames_used_up.title":`Das hat zu lange gedauert`,"failure.frames_used_up.body":`Alle Bilder dieser Prüfung sind verbraucht. Suchen Sie gutes Licht, schauen Sie gerade in die Kamera und starten Sie eine neue.`,"failure.enrollment_refused.title":`Dieses Gesicht kann nicht registriert werden`,"failure.enrollment_refused.body":`Die Regeln des Servers erlauben es nicht. Fragen Sie den Support der Seite.`,"failure.not_recognized.title":`Wir haben Sie nicht erkannt`,"failure.not_recognized.body":`Schauen Sie bei gleichmäßigem Licht gerade in die Kamera und starten Sie eine neue Prüfung.`,"failure.challenge_wrong_action.title":`Das war eine andere Bewegung`,"failure.challenge_wrong_action.body":`Starten Sie eine neue Prüfung und machen Sie nur die Bewegungen, die verlangt werden.`,"failure.challenge_too_early.title":`Das war zu früh`,"failure.challenge_too_early.body":`Starten Sie eine neue Prüfung und bewegen Sie sich erst, wenn Sie gelesen haben, was verlangt wird.`,"failure.challenge_too_late.title":`Das war zu spät`,"failure.challenge_too_late.body":`Starten Sie eine neue Prüfung und machen Sie jede Bewegung, bevor ihre Zeit abläuft.`,"failure.challenge_face_lost.title":`Ihr Gesicht war nicht mehr im Bild`,"failure.challenge_face_lost.body":`Starten Sie eine neue Prüfung und bleiben Sie bis zum Ende im Oval.`,"failure.challenge_interrupted.title":`Die Verbindung brach mitten in den Bewegungen ab`,"failure.challenge_interrupted.body":`Die Bewegungen müssen in einem Zug gemacht werden. Starten Sie eine neue Prüfung.`,"failure.challenge_no_camera.title":`Die Bilder sehen nicht nach einer Kamera aus`,"failure.challenge_no_camera.body":`Benutzen Sie eine echte Kamera, keinen Film und keine virtuelle, und starten Sie eine neue Prüfung.`,"failure.challenge_failed.title":`Eine Bewegung war nicht wie verlangt`,"failure.challenge_failed.body":`Starten Sie eine neue Prüfung und machen Sie jede Bewegung so, wie sie verlangt wird.`,"failure.code":`Code: {code}`},fr:{"intro.title":`Contrôle du visage`,"intro.body":`Votre caméra nous montre votre visage quelques secondes. Elle s’éteint dès que le contrôle se termine.`,"intro.tip.light":`Placez-vous de façon à avoir le visage éclairé`,"intro.tip.bare":`Retirez lunettes, masque et chapeau`,"intro.tip.alone":`Soyez la seule personne à l’image`,"action.start":`Commencer`,"action.cancel":`Annuler`,"action.retry":`Réessayer`,"action.renew":`Nouveau contrôle`,"action.now":`Essayer maintenant`,"opening.title":`Autorisez la caméra`,"opening.body":`Votre navigateur demande si cette page peut utiliser la caméra. Choisissez « Autoriser ».`,"renewing.title":`Un instant`,"renewing.body":`Un nouveau contrôle se prépare.`,"prompt.connecting":`Connexion en cours`,"prompt.ready":`Regardez la caméra`,"prompt.no_face":`Placez votre visage dans l’ovale`,"prompt.multiple_faces":`Vous devez être seul à l’image`,"prompt.move_closer":`Approchez-vous un peu`,"prompt.move_back":`Reculez un peu`,"prompt.center_face":`Placez tout votre visage dans l’ovale`,"prompt.look_straight":`Regardez la caméra bien en face`,"prompt.more_light":`Il fait trop sombre : allumez une lampe ou tournez-vous vers une fenêtre`,"prompt.less_light":`Il y a trop de lumière : détournez-vous de la lampe ou du soleil`,"prompt.hold_still":`Ne bougez pas un instant`,"prompt.identity_changed":`Un autre visage est apparu, nous recommençons`,"prompt.blink":`Clignez des yeux une fois, lentement`,"prompt.turn":`Tournez la tête d’un côté, puis revenez`,"prompt.blink_or_turn":`Clignez des yeux, ou tournez la tête puis revenez`,"prompt.almost":`Regardez la caméra, c’est presque fini`,"prompt.obstacle.glasses":`Retirez vos lunettes`,"prompt.obstacle.mask":`Retirez votre masque`,"prompt.obstacle.hat":`Retirez votre chapeau et dégagez le front`,"prompt.obstacle.hand_covering":`Écartez la main de votre visage`,"prompt.obstacle.several":`Écartez ce qui couvre votre visage`,"prompt.reconnecting":`Connexion perdue. Reconnexion ; ce que vous avez déjà fait est conservé`,"prompt.unreachable":`Le serveur ne répond pas encore. Nous continuons d’essayer`,"prompt.offline":`Vous êtes hors ligne. Nous reprendrons dès le retour de la connexion`,"prompt.hidden":`En pause tant que cette page est en arrière-plan`,"prompt.interrupted":`La caméra est utilisée ailleurs. Nous reprendrons dès qu’elle sera libre`,"prompt.challenge.rest":`Regardez droit devant et attendez le prochain mouvement`,"prompt.challenge.turn_left":`Tournez la tête vers votre gauche, puis revenez`,"prompt.challenge.turn_right":`Tournez la tête vers votre droite, puis revenez`,"prompt.challenge.look_up":`Regardez vers le haut, puis revenez`,"prompt.challenge.look_down":`Regardez vers le bas, puis revenez`,"prompt.challenge.blink_twice":`Clignez deux fois des yeux`,"prompt.challenge.come_closer":`Approchez-vous, puis reculez`,"hint.blink":`Fermez les deux yeux un instant, puis rouvrez-les`,"hint.turn":`Assez pour qu’une oreille soit face à la caméra`,"hint.no_face":`Tenez la caméra à hauteur des yeux et ouvrez son cache`,"hint.hold_still":`Appuyez vos bras sur quelque chose`,"obstacle.glasses":`Lunettes`,"obstacle.mask":`Masque`,"obstacle.hat":`Chapeau`,"obstacle.hand_covering":`Main`,"challenge.step":`Mouvement {number} sur {total}`,"challenge.seconds":`{seconds} s`,"steps.label":`Ce qui est contrôlé`,"step.face":`Visage`,"step.blink":`Clignement`,"step.turn":`Rotation`,"step.moves":`Mouvements`,"step.count":`{done} sur {total}`,"step.met":`fait`,"quality.label":`Qualité d’image`,"quality.value":`{percent} sur 100, {needed} requis`,"warning.slow":`Connexion lente : clignez lentement`,"camera.label":`Caméra`,"camera.unnamed":`Caméra {number}`,"preview.label":`L’image de votre caméra, en miroir`,"progress.label":`Progression`,"done.enrollment.title":`Votre visage est enregistré`,"done.enrollment.body":`Il permettra désormais de vous reconnaître.`,"done.verification.title":`C’est bien vous`,"done.verification.body":`Votre visage correspond.`,"done.identification.title":`Nous vous avons reconnu`,"done.identification.body":`Votre visage correspond.`,"cancelled.title":`Contrôle annulé`,"cancelled.body":`La caméra est éteinte.`,"failure.camera_missing.title":`Aucune caméra trouvée`,"failure.camera_missing.body":`Branchez une caméra ou allumez-la. Nous continuerons automatiquement dès qu’elle sera là.`,"failure.camera_denied.title":`La caméra est bloquée pour cette page`,"failure.camera_denied.body":`Ouvrez les paramètres de la page à côté de l’adresse, autorisez-y la caméra, puis réessayez.`,"failure.camera_dismissed.title":`La caméra n’a pas été autorisée`,"failure.camera_dismissed.body":`Le contrôle a besoin de votre caméra. Réessayez et choisissez « Autoriser ».`,"failure.camera_denied_by_system.title":`Votre appareil refuse la caméra à ce navigateur`,"failure.camera_denied_by_system.body":`Autorisez la caméra pour votre navigateur dans les réglages de confidentialité de l’appareil, puis réessayez.`,"failure.camera_blocked.title":`Cette page ne transmet pas la caméra`,"failure.camera_blocked.body":`Le contrôle se trouve dans un cadre qui ne peut pas utiliser la caméra. Ouvrez-le dans sa propre fenêtre ou prévenez l’assistance du site.`,"failure.camera_busy.title":`La caméra est déjà utilisée`,"failure.camera_busy.body":`Fermez les autres programmes et onglets qui l’utilisent, ou choisissez une autre caméra, puis réessayez.`,"failure.camera_lost.title":`La caméra a été débranchée`,"failure.camera_lost.body":`Rebranchez-la ou choisissez-en une autre. Ce que vous avez déjà fait est conservé.`,"failure.camera_frozen.title":`La caméra n’envoie pas d’image`,"failure.camera_frozen.body":`Ouvrez son cache si elle en a un, rebranchez-la ou choisissez une autre caméra, puis réessayez.`,"failure.insecure_origin.title":`Cette page n’est pas sécurisée`,"failure.insecure_origin.body":`Les navigateurs ne donnent la caméra qu’aux pages https. Ouvrez la page avec https:// dans l’adresse.`,"failure.unsupported.title":`Ce navigateur ne permet pas le contrôle`,"failure.unsupported.body":`Ouvrez la page dans une version récente de Chrome, Edge, Firefox ou Safari.`,"failure.bad_url.title":`Le contrôle n’est pas bien configuré`,"failure.bad_url.body":`L’adresse de la session manque ou est incorrecte. Revenez en arrière et recommencez.`,"failure.offline.title":`Vous êtes hors ligne`,"failure.offline.body":`Vérifiez votre réseau, puis réessayez. Ce que vous avez déjà fait est conservé.`,"failure.server_away.title":`Le serveur est injoignable`,"failure.server_away.body":`Attendez un instant, puis réessayez. Ce que vous avez déjà fait est conservé.`,"failure.server_error.title":`Un problème est survenu sur le serveur`,"failure.server_error.body":`Vous n’y êtes pour rien. Réessayez dans un instant.`,"failure.protocol.title":`Le serveur n’a pas pu lire les images`,"failure.protocol.body":`Rechargez la page et commencez un nouveau contrôle.`,"failure.session_expired.title":`Le temps de ce contrôle est écoulé`,"failure.session_expired.body":`Commencez-en un nouveau ; il ne prend que quelques secondes.`,"failure.session_over.title":`Ce contrôle est déjà terminé`,"failure.session_over.body":`Commencez-en un nouveau pour réessayer.`,"failure.session_unknown.title":`Ce contrôle n’existe plus`,"failure.session_unknown.body":`Commencez-en un nouveau.`,"failure.session_refused.title":`Impossible de commencer un nouveau contrôle`,"failure.session_refused.body":`Attendez un instant, puis réessayez.`,"failure.taken_over.title":`Le contrôle se poursuit ailleurs`,"failure.taken_over.body":`Il a été ouvert dans une autre fenêtre ou sur un autre appareil. Terminez-le là-bas ou commencez-en un nouveau.`,"failure.origin_refused.title":`Cette page ne peut pas effectuer le contrôle`,"failure.origin_refused.body":`Le serveur ne l’autorise pas pour l’adresse de ce site. Prévenez l’assistance du site.`,"failure.client_revoked.title":`L’accès de ce site a pris fin`,"failure.client_revoked.body":`Le serveur ne l’accepte plus. Prévenez l’assistance du site.`,"failure.frames_used_up.title":`Cela a pris trop de temps`,"failure.frames_used_up.body":`Toutes les images de ce contrôle sont épuisées. Trouvez un bon éclairage, regardez la caméra bien en face et commencez-en un nouveau.`,"failure.enrollment_refused.title":`Ce visage ne peut pas être enregistré`,"failure.enrollment_refused.body":`Les règles du serveur ne le permettent pas. Adressez-vous à l’assistance du site.`,"failure.not_recognized.title":`Nous ne vous avons pas reconnu`,"failure.not_recognized.body":`Regardez la caméra bien en face sous une lumière uniforme, et commencez un nouveau contrôle.`,"failure.challenge_wrong_action.title":`C’était un autre mouvement`,"failure.challenge_wrong_action.body":`Commencez un nouveau contrôle et ne faites que les mouvements demandés.`,"failure.challenge_too_early.title":`C’était trop tôt`,"failure.challenge_too_early.body":`Commencez un nouveau contrôle et ne bougez qu’après avoir lu ce qui est demandé.`,"failure.challenge_too_late.title":`C’était trop tard`,"failure.challenge_too_late.body":`Commencez un nouveau contrôle et faites chaque mouvement avant la fin de son délai.`,"failure.challenge_face_lost.title":`Votre visage est sorti de l’image`,"failure.challenge_face_lost.body":`Commencez un nouveau contrôle et restez dans l’ovale jusqu’à la fin.`,"failure.challenge_interrupted.title":`La connexion s’est coupée au milieu des mouvements`,"failure.challenge_interrupted.body":`Les mouvements doivent être faits d’une traite. Commencez un nouveau contrôle.`,"failure.challenge_no_camera.title":`Les images ne ressemblent pas à celles d’une caméra`,"failure.challenge_no_camera.body":`Utilisez une vraie caméra, pas un film ni une caméra virtuelle, et commencez un nouveau contrôle.`,"failure.challenge_failed.title":`Un mouvement n’a pas été fait comme demandé`,"failure.challenge_failed.body":`Commencez un nouveau contrôle et faites chaque mouvement comme il est demandé.`,"failure.code":`Code : {code}`},pt:{"intro.title":`Verificação facial`,"intro.body":`A câmera nos mostra seu rosto por alguns segundos. Ela é desligada assim que a verificação termina.`,"intro.tip.light":`Fique onde a luz ilumine seu rosto`,"intro.tip.bare":`Tire os óculos, a máscara e o chapéu`,"intro.tip.alone":`Fique sozinho na imagem`,"action.start":`Começar`,"action.cancel":`Cancelar`,"action.retry":`Tentar de novo`,"action.renew":`Começar outra verificação`,"action.now":`Tentar agora`,"opening.title":`Permita a câmera`,"opening.body":`O navegador pergunta se esta página pode usar a câmera. Escolha “Permitir”.`,"renewing.title":`Um momento`,"renewing.body":`Outra verificação está sendo preparada.`,"prompt.connecting":`Conectando`,"prompt.ready":`Olhe para a câmera`,"prompt.no_face":`Coloque o rosto dentro do oval`,"prompt.multiple_faces":`Só você deve aparecer na imagem`,"prompt.move_closer":`Aproxime-se um pouco`,"prompt.move_back":`Afaste-se um pouco`,"prompt.center_face":`Coloque o rosto inteiro dentro do oval`,"prompt.look_straight":`Olhe de frente para a câmera`,"prompt.more_light":`Está escuro demais: acenda uma luz ou fique de frente para uma janela`,"prompt.less_light":`Há luz demais: vire-se para longe dela`,"prompt.hold_still":`Fique parado um instante`,"prompt.identity_changed":`Apareceu outro rosto, então vamos recomeçar`,"prompt.blink":`Pisque uma vez, devagar`,"prompt.turn":`Vire a cabeça para um lado e volte`,"prompt.blink_or_turn":`Pisque, ou vire a cabeça e volte`,"prompt.almost":`Olhe para a câmera, está quase`,"prompt.obstacle.glasses":`Tire os óculos`,"prompt.obstacle.mask":`Tire a máscara`,"prompt.obstacle.hat":`Tire o chapéu e deixe a testa à mostra`,"prompt.obstacle.hand_covering":`Tire a mão do rosto`,"prompt.obstacle.several":`Tire o que cobre seu rosto`,"prompt.reconnecting":`Conexão perdida. Reconectando; o que você já fez fica guardado`,"prompt.unreachable":`O servidor ainda não responde. Continuamos tentando`,"prompt.offline":`Você está sem conexão. Continuaremos quando ela voltar`,"prompt.hidden":`Em pausa enquanto esta página está em segundo plano`,"prompt.interrupted":`A câmera está em uso em outro lugar. Continuaremos quando ficar livre`,"prompt.challenge.rest":`Olhe para a frente e espere o próximo movimento`,"prompt.challenge.turn_left":`Vire a cabeça para a sua esquerda e volte`,"prompt.challenge.turn_right":`Vire a cabeça para a sua direita e volte`,"prompt.challenge.look_up":`Olhe para cima e volte`,"prompt.challenge.look_down":`Olhe para baixo e volte`,"prompt.challenge.blink_twice":`Pisque duas vezes`,"prompt.challenge.come_closer":`Aproxime-se e volte para trás`,"hint.blink":`Feche os dois olhos por um momento e abra-os`,"hint.turn":`O bastante para uma orelha ficar de frente para a câmera`,"hint.no_face":`Deixe a câmera na altura dos olhos e abra a tampa dela`,"hint.hold_still":`Apoie os braços em algo`,"obstacle.glasses":`Óculos`,"obstacle.mask":`Máscara`,"obstacle.hat":`Chapéu`,"obstacle.hand_covering":`Mão`,"challenge.step":`Movimento {number} de {total}`,"challenge.seconds":`{seconds} s`,"steps.label":`O que é verificado`,"step.face":`Rosto`,"step.blink":`Piscada`,"step.turn":`Giro`,"step.moves":`Movimentos`,"step.count":`{done} de {total}`,"step.met":`feito`,"quality.label":`Qualidade da imagem`,"quality.value":`{percent} de 100, são necessários {needed}`,"warning.slow":`Conexão lenta: pisque devagar`,"camera.label":`Câmera`,"camera.unnamed":`Câmera {number}`,"preview.label":`A imagem da sua câmera, espelhada`,"progress.label":`Progresso`,"done.enrollment.title":`Seu rosto está cadastrado`,"done.enrollment.body":`A partir de agora você pode ser reconhecido por ele.`,"done.verification.title":`É você`,"done.verification.body":`Seu rosto confere.`,"done.identification.title":`Você foi reconhecido`,"done.identification.body":`Seu rosto confere.`,"cancelled.title":`Verificação cancelada`,"cancelled.body":`A câmera está desligada.`,"failure.camera_missing.title":`Nenhuma câmera encontrada`,"failure.camera_missing.body":`Conecte uma câmera ou ligue-a. Continuaremos automaticamente assim que ela aparecer.`,"failure.camera_denied.title":`A câmera está bloqueada para esta página`,"failure.camera_denied.body":`Abra as configurações da página ao lado do endereço, permita a câmera ali e tente de novo.`,"failure.camera_dismissed.title":`A câmera não foi permitida`,"failure.camera_dismissed.body":`A verificação precisa da câmera. Tente de novo e escolha “Permitir”.`,"failure.camera_denied_by_system.title":`Seu aparelho não libera a câmera para este navegador`,"failure.camera_denied_by_system.body":`Permita a câmera para o navegador nas configurações de privacidade do aparelho e tente de novo.`,"failure.camera_blocked.title":`Esta página não repassa a câmera`,"failure.camera_blocked.body":`A verificação está em um quadro que não pode usar a câmera. Abra-a em uma janela própria ou avise o suporte do site.`,"failure.camera_busy.title":`A câmera está em uso`,"failure.camera_busy.body":`Feche outros programas e abas que a usem, ou escolha outra câmera, e tente de novo.`,"failure.camera_lost.title":`A câmera foi desconectada`,"failure.camera_lost.body":`Conecte-a de novo ou escolha outra. O que você já fez fica guardado.`,"failure.camera_frozen.title":`A câmera não envia imagem`,"failure.camera_frozen.body":`Abra a tampa, se houver, conecte-a de novo ou escolha outra câmera, e tente de novo.`,"failure.insecure_origin.title":`Esta página não é segura`,"failure.insecure_origin.body":`Os navegadores só dão a câmera a páginas https. Abra a página com https:// no endereço.`,"failure.unsupported.title":`Este navegador não consegue fazer a verificação`,"failure.unsupported.body":`Abra a página em uma versão atual do Chrome, Edge, Firefox ou Safari.`,"failure.bad_url.title":`A verificação não está bem configurada`,"failure.bad_url.body":`O endereço da sessão falta ou está errado. Volte e comece de novo.`,"failure.offline.title":`Você está sem conexão`,"failure.offline.body":`Verifique sua rede e tente de novo. O que você já fez fica guardado.`,"failure.server_away.title":`Não foi possível contatar o servidor`,"failure.server_away.body":`Espere um momento e tente de novo. O que você já fez fica guardado.`,"failure.server_error.title":`Algo deu errado no servidor`,"failure.server_error.body":`A culpa não é sua. Tente de novo daqui a pouco.`,"failure.protocol.title":`O servidor não conseguiu ler as imagens`,"failure.protocol.body":`Recarregue a página e comece outra verificação.`,"failure.session_expired.title":`O tempo desta verificação acabou`,"failure.session_expired.body":`Comece outra; leva só alguns segundos.`,"failure.session_over.title":`Esta verificação já terminou`,"failure.session_over.body":`Comece outra para tentar de novo.`,"failure.session_unknown.title":`Esta verificação não existe mais`,"failure.session_unknown.body":`Comece outra.`,"failure.session_refused.title":`Não foi possível começar outra verificação`,"failure.session_refused.body":`Espere um momento e tente de novo.`,"failure.taken_over.title":`A verificação continua em outro lugar`,"failure.taken_over.body":`Ela foi aberta em outra janela ou em outro aparelho. Termine-a lá ou comece outra.`,"failure.origin_refused.title":`Esta página não pode fazer a verificação`,"failure.origin_refused.body":`O servidor não permite isso para o endereço deste site. Avise o suporte do site.`,"failure.client_revoked.title":`O acesso deste site terminou`,"failure.client_revoked.body":`O servidor não o aceita mais. Avise o suporte do site.`,"failure.frames_used_up.title":`Demorou demais`,"failure.frames_used_up.body":`Todas as imagens desta verificação foram usadas. Procure boa luz, olhe de frente para a câmera e comece outra.`,"failure.enrollment_refused.title":`Este rosto não pode ser cadastrado`,"failure.enrollment_refused.body":`As regras do servidor não permitem. Pergunte ao suporte do site.`,"failure.not_recognized.title":`Não reconhecemos você`,"failure.not_recognized.body":`Olhe de frente para a câmera com luz uniforme e comece outra verificação.`,"failure.challenge_wrong_action.title":`Esse era outro movimento`,"failure.challenge_wrong_action.body":`Comece outra verificação e faça só os movimentos pedidos.`,"failure.challenge_too_early.title":`Foi cedo demais`,"failure.challenge_too_early.body":`Comece outra verificação e mova-se só depois de ler o que é pedido.`,"failure.challenge_too_late.title":`Foi tarde demais`,"failure.challenge_too_late.body":`Comece outra verificação e faça cada movimento antes que o tempo dele acabe.`,"failure.challenge_face_lost.title":`Seu rosto saiu da imagem`,"failure.challenge_face_lost.body":`Comece outra verificação e fique no oval até o fim.`,"failure.challenge_interrupted.title":`A conexão caiu no meio dos movimentos`,"failure.challenge_interrupted.body":`Os movimentos precisam ser feitos de uma só vez. Comece outra verificação.`,"failure.challenge_no_camera.title":`As imagens não parecem de uma câmera`,"failure.challenge_no_camera.body":`Use uma câmera de verdade, não um filme nem uma câmera virtual, e comece outra verificação.`,"failure.challenge_failed.title":`Um movimento não foi feito como pedido`,"failure.challenge_failed.body":`Comece outra verificação e faça cada movimento como é pedido.`,"failure.code":`Código: {code}`},zh:{"intro.title":`人脸核验`,"intro.body":`摄像头会拍摄您的面部几秒钟。核验一结束，摄像头就会关闭。`,"intro.tip.light":`请坐在光线能照到脸的地方`,"intro.tip.bare":`请摘下眼镜、口罩和帽子`,"intro.tip.alone":`画面中请只有您一个人`,"action.start":`开始`,"action.cancel":`取消`,"action.retry":`重试`,"action.renew":`开始新的核验`,"action.now":`立即重试`,"opening.title":`请允许使用摄像头`,"opening.body":`浏览器正在询问此页面能否使用摄像头。请选择“允许”。`,"renewing.title":`请稍候`,"renewing.body":`正在准备新的核验。`,"prompt.connecting":`正在连接`,"prompt.ready":`请看摄像头`,"prompt.no_face":`请将脸对准椭圆框`,"prompt.multiple_faces":`画面中只能有您一个人`,"prompt.move_closer":`请靠近一点`,"prompt.move_back":`请退后一点`,"prompt.center_face":`请将整张脸放入椭圆框`,"prompt.look_straight":`请正视摄像头`,"prompt.more_light":`光线太暗：请开灯或面向窗户`,"prompt.less_light":`光线太亮：请避开强光`,"prompt.hold_still":`请保持不动片刻`,"prompt.identity_changed":`出现了另一张脸，现在重新开始`,"prompt.blink":`请慢慢眨一次眼`,"prompt.turn":`请将头转向一侧再转回来`,"prompt.blink_or_turn":`请眨眼，或转头再转回来`,"prompt.almost":`请看摄像头，马上就好`,"prompt.obstacle.glasses":`请摘下眼镜`,"prompt.obstacle.mask":`请摘下口罩`,"prompt.obstacle.hat":`请摘下帽子并露出额头`,"prompt.obstacle.hand_covering":`请把手从脸上移开`,"prompt.obstacle.several":`请移开遮挡面部的物品`,"prompt.reconnecting":`连接已断开，正在重新连接；已完成的步骤会保留`,"prompt.unreachable":`服务器暂无响应，我们会继续尝试`,"prompt.offline":`您已离线，网络恢复后会继续`,"prompt.hidden":`页面在后台时已暂停`,"prompt.interrupted":`摄像头正被其他程序占用，空闲后会继续`,"prompt.challenge.rest":`请目视前方，等待下一个动作`,"prompt.challenge.turn_left":`请将头转向您的左侧再转回来`,"prompt.challenge.turn_right":`请将头转向您的右侧再转回来`,"prompt.challenge.look_up":`请抬头再回正`,"prompt.challenge.look_down":`请低头再回正`,"prompt.challenge.blink_twice":`请眨两次眼`,"prompt.challenge.come_closer":`请靠近再退回`,"hint.blink":`请双眼闭上片刻，再睁开`,"hint.turn":`转到一只耳朵朝向摄像头`,"hint.no_face":`请将摄像头放在与眼睛同高处，并打开镜头盖`,"hint.hold_still":`请把手臂靠在支撑物上`,"obstacle.glasses":`眼镜`,"obstacle.mask":`口罩`,"obstacle.hat":`帽子`,"obstacle.hand_covering":`手`,"challenge.step":`第 {number} 个动作，共 {total} 个`,"challenge.seconds":`{seconds} 秒`,"steps.label":`核验内容`,"step.face":`面部`,"step.blink":`眨眼`,"step.turn":`转头`,"step.moves":`动作`,"step.count":`{done} / {total}`,"step.met":`已完成`,"quality.label":`画面质量`,"quality.value":`{percent} 分（满分 100），需要 {needed} 分`,"warning.slow":`连接较慢：请慢慢眨眼`,"camera.label":`摄像头`,"camera.unnamed":`摄像头 {number}`,"preview.label":`您的摄像头画面（镜像）`,"progress.label":`进度`,"done.enrollment.title":`您的面部已登记`,"done.enrollment.body":`以后可以通过面部识别您。`,"done.verification.title":`核验通过，是您本人`,"done.verification.body":`您的面部相符。`,"done.identification.title":`已识别出您`,"done.identification.body":`您的面部相符。`,"cancelled.title":`核验已取消`,"cancelled.body":`摄像头已关闭。`,"failure.camera_missing.title":`未找到摄像头`,"failure.camera_missing.body":`请接上或打开摄像头。检测到后会自动继续。`,"failure.camera_denied.title":`此页面被禁止使用摄像头`,"failure.camera_denied.body":`请打开地址旁的网站设置，允许使用摄像头，然后重试。`,"failure.camera_dismissed.title":`摄像头未获允许`,"failure.camera_dismissed.body":`核验需要使用摄像头。请重试并选择“允许”。`,"failure.camera_denied_by_system.title":`您的设备不允许此浏览器使用摄像头`,"failure.camera_denied_by_system.body":`请在设备的隐私设置中允许浏览器使用摄像头，然后重试。`,"failure.camera_blocked.title":`此页面未开放摄像头`,"failure.camera_blocked.body":`核验所在的框架不能使用摄像头。请在单独的窗口中打开，或联系网站客服。`,"failure.camera_busy.title":`摄像头正在使用中`,"failure.camera_busy.body":`请关闭正在使用它的其他程序和标签页，或选择其他摄像头，然后重试。`,"failure.camera_lost.title":`摄像头已断开`,"failure.camera_lost.body":`请重新接上，或选择其他摄像头。已完成的步骤会保留。`,"failure.camera_frozen.title":`摄像头没有画面`,"failure.camera_frozen.body":`如有镜头盖请打开，或重新接上，或选择其他摄像头，然后重试。`,"failure.insecure_origin.title":`此页面不安全`,"failure.insecure_origin.body":`浏览器只允许 https 页面使用摄像头。请用 https:// 开头的地址打开页面。`,"failure.unsupported.title":`此浏览器无法进行核验`,"failure.unsupported.body":`请使用最新版本的 Chrome、Edge、Firefox 或 Safari 打开页面。`,"failure.bad_url.title":`核验设置有误`,"failure.bad_url.body":`会话地址缺失或有误。请返回并重新开始。`,"failure.offline.title":`您已离线`,"failure.offline.body":`请检查网络，然后重试。已完成的步骤会保留。`,"failure.server_away.title":`无法连接服务器`,"failure.server_away.body":`请稍候再试。已完成的步骤会保留。`,"failure.server_error.title":`服务器出现问题`,"failure.server_error.body":`这不是您的问题。请稍后重试。`,"failure.protocol.title":`服务器无法读取画面`,"failure.protocol.body":`请刷新页面并开始新的核验。`,"failure.session_expired.title":`此次核验已超时`,"failure.session_expired.body":`请开始新的核验，只需几秒钟。`,"failure.session_over.title":`此次核验已经结束`,"failure.session_over.body":`如需重试，请开始新的核验。`,"failure.session_unknown.title":`此次核验已不存在`,"failure.session_unknown.body":`请开始新的核验。`,"failure.session_refused.title":`无法开始新的核验`,"failure.session_refused.body":`请稍候再试。`,"failure.taken_over.title":`核验正在别处进行`,"failure.taken_over.body":`它已在另一个窗口或另一台设备上打开。请在那里完成，或开始新的核验。`,"failure.origin_refused.title":`此页面不能进行核验`,"failure.origin_refused.body":`服务器不允许此网站的地址。请联系网站客服。`,"failure.client_revoked.title":`此网站的访问权限已终止`,"failure.client_revoked.body":`服务器不再接受它。请联系网站客服。`,"failure.frames_used_up.title":`用时太长`,"failure.frames_used_up.body":`此次核验的画面数已用完。请找光线好的地方，正视摄像头，开始新的核验。`,"failure.enrollment_refused.title":`无法登记此面部`,"failure.enrollment_refused.body":`服务器的规则不允许。请咨询网站客服。`,"failure.not_recognized.title":`未能识别您`,"failure.not_recognized.body":`请在均匀的光线下正视摄像头，开始新的核验。`,"failure.challenge_wrong_action.title":`动作不对`,"failure.challenge_wrong_action.body":`请开始新的核验，只做要求的动作。`,"failure.challenge_too_early.title":`动作太早`,"failure.challenge_too_early.body":`请开始新的核验，看清要求后再做动作。`,"failure.challenge_too_late.title":`动作太晚`,"failure.challenge_too_late.body":`请开始新的核验，在时间结束前完成每个动作。`,"failure.challenge_face_lost.title":`您的脸离开了画面`,"failure.challenge_face_lost.body":`请开始新的核验，并始终保持在椭圆框内。`,"failure.challenge_interrupted.title":`做动作时连接中断`,"failure.challenge_interrupted.body":`所有动作必须一次完成。请开始新的核验。`,"failure.challenge_no_camera.title":`画面不像来自摄像头`,"failure.challenge_no_camera.body":`请使用真实的摄像头，不要使用视频或虚拟摄像头，然后开始新的核验。`,"failure.challenge_failed.title":`有一个动作未按要求完成`,"failure.challenge_failed.body":`请开始新的核验，按要求做每个动作。`,"failure.code":`代码：{code}`},ja:{"intro.title":`顔の確認`,"intro.body":`カメラで数秒間お顔を映します。確認が終わるとすぐにカメラはオフになります。`,"intro.tip.light":`顔に光が当たる場所にいてください`,"intro.tip.bare":`メガネ、マスク、帽子を外してください`,"intro.tip.alone":`お一人だけで映ってください`,"action.start":`始める`,"action.cancel":`キャンセル`,"action.retry":`もう一度試す`,"action.renew":`新しい確認を始める`,"action.now":`今すぐ試す`,"opening.title":`カメラを許可してください`,"opening.body":`このページがカメラを使ってよいか、ブラウザーが尋ねています。「許可」を選んでください。`,"renewing.title":`少々お待ちください`,"renewing.body":`新しい確認を準備しています。`,"prompt.connecting":`接続しています`,"prompt.ready":`カメラを見てください`,"prompt.no_face":`顔を楕円の中に入れてください`,"prompt.multiple_faces":`お一人だけで映ってください`,"prompt.move_closer":`もう少し近づいてください`,"prompt.move_back":`もう少し離れてください`,"prompt.center_face":`顔全体を楕円の中に入れてください`,"prompt.look_straight":`カメラをまっすぐ見てください`,"prompt.more_light":`暗すぎます。明かりをつけるか、窓の方を向いてください`,"prompt.less_light":`明るすぎます。強い光を避けてください`,"prompt.hold_still":`少しの間、動かないでください`,"prompt.identity_changed":`別の顔が映ったため、最初からやり直します`,"prompt.blink":`ゆっくり一度まばたきしてください`,"prompt.turn":`顔を横に向けて、元に戻してください`,"prompt.blink_or_turn":`まばたきするか、顔を横に向けて戻してください`,"prompt.almost":`カメラを見てください。もうすぐ終わります`,"prompt.obstacle.glasses":`メガネを外してください`,"prompt.obstacle.mask":`マスクを外してください`,"prompt.obstacle.hat":`帽子を取って、額を出してください`,"prompt.obstacle.hand_covering":`顔から手を離してください`,"prompt.obstacle.several":`顔を覆っているものを外してください`,"prompt.reconnecting":`接続が切れました。再接続しています。ここまでの内容は保存されています`,"prompt.unreachable":`サーバーがまだ応答しません。引き続き試しています`,"prompt.offline":`オフラインです。接続が戻り次第、続けます`,"prompt.hidden":`このページが背面にある間は一時停止しています`,"prompt.interrupted":`カメラが別の用途で使われています。空き次第、続けます`,"prompt.challenge.rest":`正面を見て、次の動きをお待ちください`,"prompt.challenge.turn_left":`顔をご自身の左に向けて、元に戻してください`,"prompt.challenge.turn_right":`顔をご自身の右に向けて、元に戻してください`,"prompt.challenge.look_up":`上を向いて、元に戻してください`,"prompt.challenge.look_down":`下を向いて、元に戻してください`,"prompt.challenge.blink_twice":`二度まばたきしてください`,"prompt.challenge.come_closer":`近づいて、元に戻ってください`,"hint.blink":`両目を少しの間閉じてから開けてください`,"hint.turn":`片方の耳がカメラを向くくらいまで`,"hint.no_face":`カメラを目の高さにして、カバーを開けてください`,"hint.hold_still":`腕を何かに乗せてください`,"obstacle.glasses":`メガネ`,"obstacle.mask":`マスク`,"obstacle.hat":`帽子`,"obstacle.hand_covering":`手`,"challenge.step":`動き {number} / {total}`,"challenge.seconds":`{seconds} 秒`,"steps.label":`確認する内容`,"step.face":`顔`,"step.blink":`まばたき`,"step.turn":`顔の向き`,"step.moves":`動き`,"step.count":`{done} / {total}`,"step.met":`完了`,"quality.label":`画質`,"quality.value":`100 のうち {percent}、必要なのは {needed}`,"warning.slow":`接続が遅いため、ゆっくりまばたきを`,"camera.label":`カメラ`,"camera.unnamed":`カメラ {number}`,"preview.label":`カメラの映像（左右反転）`,"progress.label":`進み具合`,"done.enrollment.title":`顔を登録しました`,"done.enrollment.body":`これからは顔で認識できます。`,"done.verification.title":`ご本人と確認できました`,"done.verification.body":`お顔が一致しました。`,"done.identification.title":`どなたか確認できました`,"done.identification.body":`お顔が一致しました。`,"cancelled.title":`確認をキャンセルしました`,"cancelled.body":`カメラはオフです。`,"failure.camera_missing.title":`カメラが見つかりません`,"failure.camera_missing.body":`カメラを接続するか、電源を入れてください。見つかり次第、自動で続けます。`,"failure.camera_denied.title":`このページではカメラがブロックされています`,"failure.camera_denied.body":`アドレスの横にあるサイトの設定を開き、カメラを許可してから、もう一度お試しください。`,"failure.camera_dismissed.title":`カメラが許可されませんでした`,"failure.camera_dismissed.body":`確認にはカメラが必要です。もう一度試して「許可」を選んでください。`,"failure.camera_denied_by_system.title":`端末がこのブラウザーにカメラを許可していません`,"failure.camera_denied_by_system.body":`端末のプライバシー設定でブラウザーにカメラを許可してから、もう一度お試しください。`,"failure.camera_blocked.title":`このページではカメラを使えません`,"failure.camera_blocked.body":`カメラを使えない枠の中で開かれています。別のウィンドウで開くか、サイトの窓口にお知らせください。`,"failure.camera_busy.title":`カメラは使用中です`,"failure.camera_busy.body":`カメラを使っているほかのアプリやタブを閉じるか、別のカメラを選んで、もう一度お試しください。`,"failure.camera_lost.title":`カメラが外されました`,"failure.camera_lost.body":`もう一度接続するか、別のカメラを選んでください。ここまでの内容は保存されています。`,"failure.camera_frozen.title":`カメラの映像が届きません`,"failure.camera_frozen.body":`カバーがあれば開け、接続し直すか、別のカメラを選んで、もう一度お試しください。`,"failure.insecure_origin.title":`このページは安全ではありません`,"failure.insecure_origin.body":`ブラウザーは https のページでしかカメラを使わせません。https:// で始まるアドレスで開いてください。`,"failure.unsupported.title":`このブラウザーでは確認できません`,"failure.unsupported.body":`最新の Chrome、Edge、Firefox、Safari で開いてください。`,"failure.bad_url.title":`確認の設定に誤りがあります`,"failure.bad_url.body":`セッションのアドレスがないか、間違っています。戻って最初からやり直してください。`,"failure.offline.title":`オフラインです`,"failure.offline.body":`ネットワークを確かめて、もう一度お試しください。ここまでの内容は保存されています。`,"failure.server_away.title":`サーバーに接続できません`,"failure.server_away.body":`少し待って、もう一度お試しください。ここまでの内容は保存されています。`,"failure.server_error.title":`サーバーで問題が起きました`,"failure.server_error.body":`お客様のせいではありません。少し待って、もう一度お試しください。`,"failure.protocol.title":`サーバーが画像を読み取れませんでした`,"failure.protocol.body":`ページを再読み込みして、新しい確認を始めてください。`,"failure.session_expired.title":`この確認の制限時間が過ぎました`,"failure.session_expired.body":`新しい確認を始めてください。数秒で終わります。`,"failure.session_over.title":`この確認はすでに終わっています`,"failure.session_over.body":`もう一度試すには、新しい確認を始めてください。`,"failure.session_unknown.title":`この確認はもうありません`,"failure.session_unknown.body":`新しい確認を始めてください。`,"failure.session_refused.title":`新しい確認を始められませんでした`,"failure.session_refused.body":`少し待って、もう一度お試しください。`,"failure.taken_over.title":`確認は別の場所で続いています`,"failure.taken_over.body":`別のウィンドウまたは端末で開かれました。そちらで終えるか、新しい確認を始めてください。`,"failure.origin_refused.title":`このページでは確認できません`,"failure.origin_refused.body":`サーバーがこのサイトのアドレスを許可していません。サイトの窓口にお知らせください。`,"failure.client_revoked.title":`このサイトの利用権限は終了しました`,"failure.client_revoked.body":`サーバーが受け付けなくなりました。サイトの窓口にお知らせください。`,"failure.frames_used_up.title":`時間がかかりすぎました`,"failure.frames_used_up.body":`この確認で使える画像を使い切りました。明るい場所でカメラをまっすぐ見て、新しい確認を始めてください。`,"failure.enrollment_refused.title":`この顔は登録できません`,"failure.enrollment_refused.body":`サーバーの規則で認められていません。サイトの窓口にお尋ねください。`,"failure.not_recognized.title":`ご本人と確認できませんでした`,"failure.not_recognized.body":`むらのない明かりの中でカメラをまっすぐ見て、新しい確認を始めてください。`,"failure.challenge_wrong_action.title":`違う動きでした`,"failure.challenge_wrong_action.body":`新しい確認を始めて、指示された動きだけをしてください。`,"failure.challenge_too_early.title":`早すぎました`,"failure.challenge_too_early.body":`新しい確認を始めて、指示を読んでから動いてください。`,"failure.challenge_too_late.title":`間に合いませんでした`,"failure.challenge_too_late.body":`新しい確認を始めて、時間が終わる前にそれぞれの動きをしてください。`,"failure.challenge_face_lost.title":`顔が映らなくなりました`,"failure.challenge_face_lost.body":`新しい確認を始めて、最後まで楕円の中にいてください。`,"failure.challenge_interrupted.title":`動きの途中で接続が切れました`,"failure.challenge_interrupted.body":`動きは一度に続けて行う必要があります。新しい確認を始めてください。`,"failure.challenge_no_camera.title":`カメラの映像ではないようです`,"failure.challenge_no_camera.body":`録画や仮想カメラではなく、実際のカメラを使って、新しい確認を始めてください。`,"failure.challenge_failed.title":`指示どおりでない動きがありました`,"failure.challenge_failed.body":`新しい確認を始めて、それぞれの動きを指示どおりにしてください。`,"failure.code":`コード: {code}`},ar:{"intro.title":`فحص الوجه`,"intro.body":`تعرض لنا الكاميرا وجهك لبضع ثوانٍ، وتُطفأ فور انتهاء الفحص.`,"intro.tip.light":`اجلس حيث يقع الضوء على وجهك`,"intro.tip.bare":`اخلع النظارة والكمامة والقبعة`,"intro.tip.alone":`كن وحدك في الصورة`,"action.start":`ابدأ`,"action.cancel":`إلغاء`,"action.retry":`حاول مرة أخرى`,"action.renew":`ابدأ فحصًا جديدًا`,"action.now":`حاول الآن`,"opening.title":`اسمح باستخدام الكاميرا`,"opening.body":`يسألك المتصفح هل يجوز لهذه الصفحة استخدام الكاميرا. اختر «السماح».`,"renewing.title":`لحظة من فضلك`,"renewing.body":`يجري تجهيز فحص جديد.`,"prompt.connecting":`جارٍ الاتصال`,"prompt.ready":`انظر إلى الكاميرا`,"prompt.no_face":`ضع وجهك داخل الشكل البيضاوي`,"prompt.multiple_faces":`يجب أن تكون وحدك في الصورة`,"prompt.move_closer":`اقترب قليلًا`,"prompt.move_back":`ابتعد قليلًا`,"prompt.center_face":`ضع وجهك كله داخل الشكل البيضاوي`,"prompt.look_straight":`انظر مباشرة إلى الكاميرا`,"prompt.more_light":`المكان مظلم جدًا: أشعل ضوءًا أو واجه نافذة`,"prompt.less_light":`الضوء ساطع جدًا: ابتعد عن مصدر الضوء`,"prompt.hold_still":`اثبت لحظة`,"prompt.identity_changed":`ظهر وجه آخر، لذلك نبدأ من جديد`,"prompt.blink":`ارمش مرة واحدة ببطء`,"prompt.turn":`أدر رأسك إلى أحد الجانبين ثم عُد`,"prompt.blink_or_turn":`ارمش، أو أدر رأسك ثم عُد`,"prompt.almost":`انظر إلى الكاميرا، أوشكنا على الانتهاء`,"prompt.obstacle.glasses":`اخلع النظارة`,"prompt.obstacle.mask":`اخلع الكمامة`,"prompt.obstacle.hat":`اخلع القبعة واكشف جبينك`,"prompt.obstacle.hand_covering":`أبعد يدك عن وجهك`,"prompt.obstacle.several":`أزل ما يغطي وجهك`,"prompt.reconnecting":`انقطع الاتصال. نعيد الاتصال، وما أنجزته محفوظ`,"prompt.unreachable":`الخادم لا يستجيب بعد. نواصل المحاولة`,"prompt.offline":`أنت غير متصل بالشبكة. سنتابع عند عودة الاتصال`,"prompt.hidden":`الفحص متوقف مؤقتًا ما دامت الصفحة في الخلفية`,"prompt.interrupted":`يستخدم شيء آخر الكاميرا. سنتابع عندما تصبح متاحة`,"prompt.challenge.rest":`انظر إلى الأمام وانتظر الحركة التالية`,"prompt.challenge.turn_left":`أدر رأسك إلى يسارك ثم عُد`,"prompt.challenge.turn_right":`أدر رأسك إلى يمينك ثم عُد`,"prompt.challenge.look_up":`انظر إلى الأعلى ثم عُد`,"prompt.challenge.look_down":`انظر إلى الأسفل ثم عُد`,"prompt.challenge.blink_twice":`ارمش مرتين`,"prompt.challenge.come_closer":`اقترب ثم ارجع`,"hint.blink":`أغمض عينيك لحظة ثم افتحهما`,"hint.turn":`حتى تواجه إحدى أذنيك الكاميرا`,"hint.no_face":`ضع الكاميرا في مستوى العينين وافتح غطاءها`,"hint.hold_still":`أسند ذراعيك إلى شيء ثابت`,"obstacle.glasses":`نظارة`,"obstacle.mask":`كمامة`,"obstacle.hat":`قبعة`,"obstacle.hand_covering":`يد`,"challenge.step":`الحركة {number} من {total}`,"challenge.seconds":`{seconds} ث`,"steps.label":`ما يجري فحصه`,"step.face":`الوجه`,"step.blink":`الرمش`,"step.turn":`الالتفات`,"step.moves":`الحركات`,"step.count":`{done} من {total}`,"step.met":`تم`,"quality.label":`جودة الصورة`,"quality.value":`{percent} من 100، والمطلوب {needed}`,"warning.slow":`الاتصال بطيء: ارمش ببطء`,"camera.label":`الكاميرا`,"camera.unnamed":`الكاميرا {number}`,"preview.label":`صورة الكاميرا معكوسة كالمرآة`,"progress.label":`التقدم`,"done.enrollment.title":`تم تسجيل وجهك`,"done.enrollment.body":`من الآن يمكن التعرف عليك من خلاله.`,"done.verification.title":`تأكدنا أنه أنت`,"done.verification.body":`وجهك مطابق.`,"done.identification.title":`تم التعرف عليك`,"done.identification.body":`وجهك مطابق.`,"cancelled.title":`أُلغي الفحص`,"cancelled.body":`الكاميرا مطفأة.`,"failure.camera_missing.title":`لم يُعثر على كاميرا`,"failure.camera_missing.body":`وصّل كاميرا أو شغّلها. سنتابع تلقائيًا حالما تظهر.`,"failure.camera_denied.title":`الكاميرا محظورة لهذه الصفحة`,"failure.camera_denied.body":`افتح إعدادات الصفحة بجانب العنوان، واسمح بالكاميرا هناك، ثم حاول مرة أخرى.`,"failure.camera_dismissed.title":`لم يُسمح باستخدام الكاميرا`,"failure.camera_dismissed.body":`يحتاج الفحص إلى الكاميرا. حاول مرة أخرى واختر «السماح».`,"failure.camera_denied_by_system.title":`جهازك لا يسمح لهذا المتصفح بالكاميرا`,"failure.camera_denied_by_system.body":`اسمح للمتصفح باستخدام الكاميرا في إعدادات الخصوصية بالجهاز، ثم حاول مرة أخرى.`,"failure.camera_blocked.title":`هذه الصفحة لا تتيح الكاميرا`,"failure.camera_blocked.body":`الفحص داخل إطار لا يجوز له استخدام الكاميرا. افتحه في نافذة مستقلة، أو أبلغ دعم الموقع.`,"failure.camera_busy.title":`الكاميرا مستخدمة الآن`,"failure.camera_busy.body":`أغلق البرامج وعلامات التبويب الأخرى التي تستخدمها، أو اختر كاميرا أخرى، ثم حاول مرة أخرى.`,"failure.camera_lost.title":`فُصلت الكاميرا`,"failure.camera_lost.body":`أعد توصيلها أو اختر كاميرا أخرى. ما أنجزته محفوظ.`,"failure.camera_frozen.title":`الكاميرا لا ترسل صورة`,"failure.camera_frozen.body":`افتح غطاءها إن وُجد، أو أعد توصيلها، أو اختر كاميرا أخرى، ثم حاول مرة أخرى.`,"failure.insecure_origin.title":`هذه الصفحة غير آمنة`,"failure.insecure_origin.body":`لا تتيح المتصفحات الكاميرا إلا لصفحات https. افتح الصفحة بعنوان يبدأ بـ https://`,"failure.unsupported.title":`لا يستطيع هذا المتصفح إجراء الفحص`,"failure.unsupported.body":`افتح الصفحة في إصدار حديث من Chrome أو Edge أو Firefox أو Safari.`,"failure.bad_url.title":`الفحص غير مُعدّ بشكل صحيح`,"failure.bad_url.body":`عنوان الجلسة ناقص أو خاطئ. ارجع وابدأ من جديد.`,"failure.offline.title":`أنت غير متصل بالشبكة`,"failure.offline.body":`تحقق من الشبكة ثم حاول مرة أخرى. ما أنجزته محفوظ.`,"failure.server_away.title":`تعذر الوصول إلى الخادم`,"failure.server_away.body":`انتظر لحظة ثم حاول مرة أخرى. ما أنجزته محفوظ.`,"failure.server_error.title":`حدث خطأ في الخادم`,"failure.server_error.body":`ليس الخطأ منك. حاول مرة أخرى بعد لحظة.`,"failure.protocol.title":`لم يستطع الخادم قراءة الصور`,"failure.protocol.body":`أعد تحميل الصفحة وابدأ فحصًا جديدًا.`,"failure.session_expired.title":`انتهى وقت هذا الفحص`,"failure.session_expired.body":`ابدأ فحصًا جديدًا؛ لن يستغرق سوى بضع ثوانٍ.`,"failure.session_over.title":`انتهى هذا الفحص من قبل`,"failure.session_over.body":`ابدأ فحصًا جديدًا للمحاولة مرة أخرى.`,"failure.session_unknown.title":`لم يعد هذا الفحص موجودًا`,"failure.session_unknown.body":`ابدأ فحصًا جديدًا.`,"failure.session_refused.title":`تعذر بدء فحص جديد`,"failure.session_refused.body":`انتظر لحظة ثم حاول مرة أخرى.`,"failure.taken_over.title":`الفحص مستمر في مكان آخر`,"failure.taken_over.body":`فُتح في نافذة أخرى أو على جهاز آخر. أكمله هناك، أو ابدأ فحصًا جديدًا.`,"failure.origin_refused.title":`لا يجوز لهذه الصفحة إجراء الفحص`,"failure.origin_refused.body":`لا يسمح الخادم بذلك لعنوان هذا الموقع. أبلغ دعم الموقع.`,"failure.client_revoked.title":`انتهت صلاحية وصول هذا الموقع`,"failure.client_revoked.body":`لم يعد الخادم يقبله. أبلغ دعم الموقع.`,"failure.frames_used_up.title":`استغرق ذلك وقتًا طويلًا`,"failure.frames_used_up.body":`استُنفدت كل صور هذا الفحص. ابحث عن إضاءة جيدة، وانظر مباشرة إلى الكاميرا، وابدأ فحصًا جديدًا.`,"failure.enrollment_refused.title":`لا يمكن تسجيل هذا الوجه`,"failure.enrollment_refused.body":`لا تسمح قواعد الخادم بذلك. اسأل دعم الموقع.`,"failure.not_recognized.title":`لم نتعرف عليك`,"failure.not_recognized.body":`انظر مباشرة إلى الكاميرا في ضوء متساوٍ، وابدأ فحصًا جديدًا.`,"failure.challenge_wrong_action.title":`كانت تلك حركة أخرى`,"failure.challenge_wrong_action.body":`ابدأ فحصًا جديدًا، وقم بالحركات المطلوبة فقط.`,"failure.challenge_too_early.title":`كان ذلك مبكرًا جدًا`,"failure.challenge_too_early.body":`ابدأ فحصًا جديدًا، ولا تتحرك إلا بعد قراءة المطلوب.`,"failure.challenge_too_late.title":`كان ذلك متأخرًا جدًا`,"failure.challenge_too_late.body":`ابدأ فحصًا جديدًا، وقم بكل حركة قبل انتهاء وقتها.`,"failure.challenge_face_lost.title":`خرج وجهك من الصورة`,"failure.challenge_face_lost.body":`ابدأ فحصًا جديدًا، وابقَ داخل الشكل البيضاوي حتى النهاية.`,"failure.challenge_interrupted.title":`انقطع الاتصال أثناء الحركات`,"failure.challenge_interrupted.body":`يجب أداء الحركات دفعة واحدة. ابدأ فحصًا جديدًا.`,"failure.challenge_no_camera.title":`لا تبدو الصور صادرة من كاميرا`,"failure.challenge_no_camera.body":`استخدم كاميرا حقيقية، لا فيلمًا ولا كاميرا افتراضية، وابدأ فحصًا جديدًا.`,"failure.challenge_failed.title":`لم تُؤدَّ إحدى الحركات كما طُلب`,"failure.challenge_failed.body":`ابدأ فحصًا جديدًا، وقم بكل حركة كما تُطلب.`,"failure.code":`الرمز: {code}`}},$n=/* @__PURE__ */ new Set([`ar`]);function er(e){for(let t of e){let e=t?.toLowerCase().split(`-`)[0];if(e!==void 0&&Object.hasOwn(Qn,e))return e}return`en`}var tr=class{#e;constructor(e,t={}){this.language=e,this.#e=t}get direction(){return $n.has(this.language)?`rtl`:`ltr`}has(e){return Object.hasOwn(Qn[this.language],e)}say(e,t={}){return((Object.hasOwn(this.#e,e)?this.#e[e]:void 0)??Qn[this.language][e]).replace(/\{(\w+)\}/g,(e,n)=>{let r=t[n];return r===void 0?e:typeof r==`number`?r.toLocaleString(this.language):r})}},nr=o`
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
    .spinner {
      border-style: dotted;
    }
  }
  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--_text);
      --_line: var(--_text);
    }
    .all {
      fill: var(--_soft);
      stroke: var(--_line);
    }
    .shade {
      fill-opacity: 0.8;
    }
    .track {
      stroke-opacity: 1;
    }
  }
  @media (forced-colors: active) {
    .badge,
    .steps li {
      border: 1px solid CanvasText;
    }
    .all {
      fill: Canvas;
      stroke: CanvasText;
    }
    .time .left,
    .meter .value,
    .meter .value.enough {
      fill: Highlight;
    }
    .meter .needed {
      fill: CanvasText;
      stroke: Canvas;
      stroke-width: 0.5;
    }
    button.main {
      border-color: ButtonText;
    }
  }
`,rr=o`
  :host {
    --_surface: var(--frapi-surface, light-dark(#ffffff, #14181e));
    --_text: var(--frapi-text, light-dark(#12161c, #eef1f5));
    --_muted: var(--frapi-muted, light-dark(#55606e, #a9b3bf));
    --_line: var(--frapi-line, light-dark(#dde2e9, #2d343d));
    --_soft: var(--frapi-soft, light-dark(#f3f5f8, #1d232b));
    --_accent: var(--frapi-accent, light-dark(#1f5fd6, #8ab8ff));
    --_on-accent: var(--frapi-on-accent, light-dark(#ffffff, #0b1526));
    --_good: var(--frapi-good, light-dark(#0f7a57, #5ad1a3));
    --_bad: var(--frapi-bad, light-dark(#b3261e, #ff9a90));
    --_radius: var(--frapi-radius, 1.5rem);
    /* On the picture, which is dark at its edges in every theme. */
    --_ring: var(--frapi-ring, #6fe3b4);
    --_hint: #ffc96b;
    --_room: max(11rem, 100dvh - 4rem);
    display: block;
    container: frapi-face / inline-size;
    color: var(--_text);
    font-family: var(--frapi-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    font-size: 1rem;
    line-height: 1.5;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  /* Browsers from before 2024. */
  @supports not (color: light-dark(#ffffff, #000000)) {
    :host {
      --_surface: var(--frapi-surface, #ffffff);
      --_text: var(--frapi-text, #12161c);
      --_muted: var(--frapi-muted, #55606e);
      --_line: var(--frapi-line, #dde2e9);
      --_soft: var(--frapi-soft, #f3f5f8);
      --_accent: var(--frapi-accent, #1f5fd6);
      --_on-accent: var(--frapi-on-accent, #ffffff);
      --_good: var(--frapi-good, #0f7a57);
      --_bad: var(--frapi-bad, #b3261e);
    }
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .card {
    max-inline-size: 30rem;
    margin-inline: auto;
    padding: clamp(0.875rem, 4cqi, 1.5rem);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: clamp(1.125rem, 5.2cqi, 1.375rem);
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    text-wrap: balance;
    outline: none;
  }
  .icon {
    inline-size: 1.5em;
    block-size: 1.5em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .foot {
    grid-area: foot;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    justify-content: flex-end;
  }
  .picker {
    flex: 1 1 9rem;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 0.5rem;
    color: var(--_muted);
  }
  select,
  button {
    min-block-size: 2.75rem;
    font: inherit;
    font-size: 0.9375rem;
    border-radius: 0.875rem;
    cursor: pointer;
  }
  select {
    inline-size: 100%;
    padding-inline: 0.75rem;
    border: 1px solid var(--_line);
    background: var(--_surface);
    color: var(--_text);
    text-overflow: ellipsis;
  }
  button {
    padding: 0.5rem 1.25rem;
    border: 1px solid transparent;
    font-weight: 600;
    background: transparent;
    color: var(--_text);
  }
  button.main {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  button.main:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button.plain {
    border-color: var(--_line);
  }
  button.plain:hover,
  select:hover {
    background: var(--_soft);
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
`,ir=o`
  .checking {
    display: grid;
    grid-template: "prompt" auto "stage" auto "steps" auto "foot" auto / minmax(0, 1fr);
    gap: 1rem;
  }
  .prompt {
    grid-area: prompt;
    display: grid;
    align-content: center;
    gap: 0.25rem;
    min-block-size: 4.75rem;
    text-align: center;
  }
  .under {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    align-items: center;
    gap: 0.25rem 0.75rem;
    color: var(--_muted);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  .stage {
    grid-area: stage;
    position: relative;
    aspect-ratio: 4 / 5;
    max-block-size: max(11rem, 100dvh - 21rem);
    inline-size: 100%;
    overflow: hidden;
    border-radius: calc(var(--_radius) * 0.75);
    background: #10141a;
    isolation: isolate;
  }
  .picture,
  .picture > *,
  .guide,
  .over {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  .picture.mirrored {
    transform: scaleX(-1);
  }
  video {
    object-fit: cover;
  }
  .box {
    fill: none;
    stroke: #ffffff;
    stroke-width: 3;
    stroke-linecap: round;
    opacity: 0.85;
    transition:
      stroke-dasharray 0.12s linear,
      x 0.12s linear,
      y 0.12s linear,
      width 0.12s linear,
      height 0.12s linear,
      opacity 0.3s;
  }
  .box.gone {
    opacity: 0;
  }
  .guide {
    overflow: visible;
    pointer-events: none;
  }
  .shade {
    fill: #0b0f14;
    fill-opacity: 0.55;
  }
  .guide ellipse,
  .guide .arrow {
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .casing {
    stroke: #0b0f14;
    stroke-opacity: 0.5;
    stroke-width: 4.4;
  }
  .track {
    stroke: #ffffff;
    stroke-opacity: 0.4;
    stroke-width: 1.8;
    transition: stroke 0.4s;
  }
  .adjust .track {
    stroke: var(--_hint);
    stroke-opacity: 1;
  }
  .ring {
    stroke: var(--_ring);
    stroke-width: 3;
    stroke-dasharray: 100;
    transition: stroke-dashoffset 0.5s ease-out;
  }
  .ring.none {
    opacity: 0;
  }
  .arrow {
    stroke: #ffffff;
    stroke-width: 2.6;
    animation: nudge 1.6s ease-in-out infinite;
  }
  @keyframes nudge {
    50% {
      transform: translate(var(--_dx, 0), var(--_dy, 0));
    }
  }
  .arrow.left {
    --_dx: -3px;
  }
  .arrow.right {
    --_dx: 3px;
  }
  .arrow.up {
    --_dy: -3px;
  }
  .arrow.down {
    --_dy: 3px;
  }
  .over {
    display: grid;
    place-items: center;
    background: rgb(11 15 20 / 0.72);
    color: #ffffff;
  }
  .over .icon {
    inline-size: 3rem;
    block-size: 3rem;
  }
  .spinner {
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border: 3px solid color-mix(in srgb, currentColor 25%, transparent);
    border-block-start-color: currentColor;
    border-radius: 50%;
    animation: spin 1.1s linear infinite;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }
  .time,
  .meter svg {
    block-size: 0.625rem;
    border-radius: 0.3125rem;
  }
  .time {
    inline-size: 6rem;
  }
  .meter svg {
    inline-size: 100%;
  }
  .all {
    fill: var(--_line);
  }
  .time .left,
  .meter .value {
    fill: var(--_accent);
    transition:
      width 0.25s linear,
      fill 0.3s;
  }
  .meter .value.enough {
    fill: var(--_good);
  }
  .meter .needed {
    fill: var(--_text);
  }

  .wanted {
    grid-area: steps;
    container: frapi-wanted / inline-size;
    display: grid;
    gap: 0.875rem;
    align-content: start;
  }
  .steps {
    display: flex;
    gap: 0.5rem;
    list-style: none;
  }
  .steps li {
    flex: 1 1 0;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 0.5rem;
    align-items: center;
    padding: 0.5rem 0.625rem;
    border-radius: 0.875rem;
    background: var(--_soft);
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 1.3;
  }
  .steps .icon {
    grid-row: span 2;
    font-size: 0.9375rem;
  }
  .steps b {
    color: var(--_text);
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .steps .met,
  .steps .met b {
    color: var(--_good);
  }
  /* Narrow tiles: what is wanted stands over how much of it there is, and in the middle. */
  @container frapi-wanted (inline-size < 23rem) {
    .steps li {
      grid-template-columns: minmax(0, 1fr);
      justify-items: center;
      row-gap: 0.125rem;
      padding-inline: 0.25rem;
      text-align: center;
    }
    .steps .icon {
      grid-row: auto;
    }
  }
  .meter {
    display: grid;
    grid-template-columns: auto minmax(3rem, 1fr);
    gap: 0.75rem;
    align-items: center;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  [dir="rtl"] .meter svg,
  [dir="rtl"] .time {
    transform: scaleX(-1);
  }
`,ar=`
  .card { max-inline-size: 56rem; padding: 0.875rem; }
  .checking, .panel {
    grid-template: "stage prompt" auto "stage steps" 1fr "stage foot" auto / minmax(0, 1.15fr) minmax(13rem, 1fr);
    gap: 0.75rem 1.25rem;
  }
  .checking { min-block-size: var(--_room); }
  .stage { aspect-ratio: auto; block-size: auto; min-block-size: 0; max-block-size: none; }
  .prompt { text-align: start; min-block-size: 2.875rem; align-content: start; }
  .prompt h2 { font-size: 1.125rem; }
  .under { justify-content: flex-start; }
  .time { inline-size: 4rem; }
  .steps { flex-direction: column; gap: 0.375rem; }
  .steps li { grid-template-columns: auto minmax(0, 1fr) auto; justify-items: start; padding: 0.375rem 0.75rem; text-align: start; }
  .steps .icon { grid-row: auto; }
  .panel { grid-template: "icon text" 1fr "icon actions" auto / minmax(7rem, 0.5fr) minmax(0, 1.5fr); padding-block: 0.25rem; text-align: start; }
  .panel .text { align-self: center; }
  .panel .tips { margin-inline: 0; }
  .panel .actions { justify-content: flex-start; }
`,or=o`
  @media (max-height: 40rem) {
    .prompt {
      min-block-size: 3.5rem;
    }
    .checking {
      gap: 0.75rem;
    }
    .stage {
      max-block-size: max(11rem, 100dvh - 18rem);
    }
  }
  @media (max-height: 33rem) {
    @container frapi-face (inline-size >= 32rem) {
      ${a(ar)}
    }
  }

  /* As high as the page makes it. */
  :host([layout="fill"]) {
    block-size: 100%;
    container-type: size;
    --_room: 100%;
  }
  :host([layout="fill"]) .card {
    display: grid;
    max-inline-size: none;
    block-size: 100%;
    overflow: auto;
  }
  :host([layout="fill"]) .checking {
    block-size: 100%;
    grid-template-rows: auto minmax(9rem, 1fr) auto auto;
  }
  :host([layout="fill"]) .stage {
    aspect-ratio: auto;
    block-size: 100%;
    max-block-size: none;
  }
  :host([layout="fill"]) .panel {
    align-content: center;
  }
  @container frapi-face (aspect-ratio >= 5/4) and (inline-size >= 32rem) {
    :host([layout="fill"]) .checking {
      grid-template-rows: auto minmax(0, 1fr) auto;
    }
    ${a(ar)}
    .wanted {
      overflow: auto;
    }
  }
`,sr=[rr,ir,o`
  .panel {
    display: grid;
    grid-template: "icon" auto "text" auto "actions" auto / minmax(0, 1fr);
    gap: 1.25rem;
    justify-items: stretch;
    padding-block: clamp(0.5rem, 5cqi, 1.5rem) 0.25rem;
    text-align: center;
  }
  .badge {
    grid-area: icon;
    place-self: center;
    display: grid;
    place-items: center;
    inline-size: 5.5rem;
    block-size: 5.5rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_tint, var(--_accent)) 12%, transparent);
    color: var(--_tint, var(--_accent));
  }
  .badge .icon {
    inline-size: 2.75rem;
    block-size: 2.75rem;
  }
  .panel.good {
    --_tint: var(--_good);
  }
  .panel.bad {
    --_tint: var(--_bad);
  }
  .panel.quiet {
    --_tint: var(--_muted);
  }
  .good .badge path {
    stroke-width: 2;
    stroke-dasharray: 24;
    animation: draw 0.6s 0.1s ease-out backwards;
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 24;
    }
  }
  .text {
    grid-area: text;
    display: grid;
    gap: 0.5rem;
  }
  .text p {
    color: var(--_muted);
    text-wrap: pretty;
  }
  .text .code {
    font-size: 0.75rem;
    font-family: ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
  .tips {
    display: grid;
    gap: 0.625rem;
    margin: 0.5rem auto 0;
    list-style: none;
    text-align: start;
  }
  .tips li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0.75rem;
    align-items: center;
  }
  .tips .icon {
    color: var(--_accent);
  }
  .actions {
    grid-area: actions;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.625rem;
  }
  .actions button {
    flex: 1 1 auto;
    max-inline-size: 22rem;
  }
  .actions .main {
    flex-grow: 3;
  }
  .actions .picker {
    flex-basis: 100%;
  }
`,or,nr],cr={alert:w`<path d="M12 8v5M12 16.5v.01"/><circle cx="12" cy="12" r="9"/>`,camera:w`<path d="M4 8.5h3l1.5-2.5h7L17 8.5h3v10H4z"/><circle cx="12" cy="13" r="3.2"/>`,cameraOff:w`<path d="M4 8.5h3l.6-1M9.5 6h6L17 8.5h3v9M16.5 18.5H4v-10M10 10.6a3.2 3.2 0 1 0 4.6 4.4M3.5 3.5l17 17"/>`,check:w`<path d="M5 12.5l4.7 4.7L19 7.5"/>`,clock:w`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.3 2"/>`,eye:w`<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.7"/>`,face:w`<ellipse cx="12" cy="12" rx="7.5" ry="9.3"/><path d="M9.3 10.2v.7M14.7 10.2v.7M9.3 15.2c1.6 1.3 3.8 1.3 5.4 0"/>`,glasses:w`<circle cx="7" cy="13" r="3.5"/><circle cx="17" cy="13" r="3.5"/><path d="M10.5 12.5c1-.8 2-.8 3 0M3.5 12.5L5.5 6.5M20.5 12.5l-2-6"/>`,light:w`<circle cx="12" cy="12" r="3.8"/><path d="M12 3.2v1.8M12 19v1.8M3.2 12H5M19 12h1.8M5.8 5.8l1.2 1.2M17 17l1.2 1.2M18.2 5.8L17 7M7 17l-1.2 1.2"/>`,lock:w`<rect x="5.5" y="10.5" width="13" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>`,network:w`<path d="M4.5 9.8a11 11 0 0 1 4-2.3M12.5 6.7a11 11 0 0 1 7 3.1M7.3 13.2a7 7 0 0 1 3.2-1.8M15.2 12.2c.5.3 1 .6 1.5 1M12 17.5v.01M3.5 3.5l17 17"/>`,turn:w`<ellipse cx="12" cy="9.5" rx="4.6" ry="5.7"/><path d="M4.5 14.5c.6 2.9 3.7 4.5 7.5 4.5s6.9-1.6 7.5-4.5M4.5 14.5l-1.7 2M4.5 14.5l2.2 1.3M19.5 14.5l1.7 2M19.5 14.5l-2.2 1.3"/>`,moves:w`<path d="M12 3.5v17M3.5 12h17M9.5 6L12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5L3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5"/>`,person:w`<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20c.7-4 3.7-6 7.5-6s6.8 2 7.5 6"/>`,pause:w`<path d="M9 7v10M15 7v10"/>`};function q(e){return w`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${cr[e]}</svg>`}function lr(e){return e===`camera_missing`||e.startsWith(`camera_denied`)||e===`camera_blocked`?`cameraOff`:e.startsWith(`camera_`)?`camera`:e===`offline`||e===`server_away`?`network`:e===`session_expired`||e===`frames_used_up`||e===`challenge_too_late`?`clock`:e===`insecure_origin`||e===`origin_refused`||e===`client_revoked`?`lock`:e===`not_recognized`||e===`enrollment_refused`?`person`:`alert`}function ur({cameras:e,deviceId:t,speaker:n,actions:r}){if(e.length<2)return E;let i=e.map((e,r)=>C`<option value=${e.deviceId} ?selected=${e.deviceId===t}>
        ${e.label||n.say(`camera.unnamed`,{number:r+1})}
      </option>`);return C`<label class="picker" part="picker">
    ${q(`camera`)}<select
      aria-label=${n.say(`camera.label`)}
      @change=${e=>{r.choose(e.target.value)}}
    >
      ${i}
    </select>
  </label>`}var J={cx:60,cy:80,rx:46,ry:60},Y=1,dr=`M-900-900h1920v1920h-1920zM${J.cx-J.rx} ${J.cy}a${J.rx} ${J.ry} 0 1 0 ${2*J.rx} 0a${J.rx} ${J.ry} 0 1 0 ${-2*J.rx} 0z`,X=18,fr=.06,pr={left:`M66 70L56 80l10 10`,right:`M54 70l10 10-10 10`,up:`M50 86l10-10 10 10`,down:`M50 74l10 10 10-10`};function mr(e,t,n){let r=e.camera?.mirrored??!0;return C`<div class="stage" part="stage">
    <div class="picture ${r?`mirrored`:``}">${t}${gr(e,t)}</div>
    ${vr(e,r,n)} ${br(e)}
  </div>`}function hr(e){return!/^prompt\.(connecting|ready|blink|turn|blink_or_turn|almost|hidden|challenge)/.test(e)}function gr({sight:e},t){let{width:n,height:r}=Ut({width:t.videoWidth||4,height:t.videoHeight||3}),[i,a,o,s]=e?.box??[n*.3,r*.2,n*.7,r*.8],c={width:Math.max(1,o-i),height:Math.max(1,s-a)};return w`<svg viewBox="0 0 ${n} ${r}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <rect class="box ${e?.box?``:`gone`}" part="face-box" x=${i} y=${a}
      width=${c.width} height=${c.height} rx=${X} stroke-dasharray=${_r(c).join(` `)} />
  </svg>`}function _r({width:e,height:t}){let n=Math.min(e,t)*fr,r=Math.PI/2*X,i=2*n+r,a=Math.max(0,e-2*(X+n)),o=Math.max(0,t-2*(X+n));return[n,a,i,o,i,a,i,o,n+r,0]}function vr(e,t,n){let r=Bn(e),{cx:i,cy:a,rx:o,ry:s}=J,c=w`<ellipse class="ring ${r===0?`none`:``}" part="ring" cx=${i} cy=${a} rx=${s+Y}
    ry=${o+Y} transform="rotate(-90 ${i} ${a})" pathLength="100" stroke-dashoffset=${100*(1-r)} />`;return C`<svg
    class="guide ${hr(e.prompt.key)?`adjust`:``}"
    part="guide"
    viewBox="0 0 120 160"
    role="progressbar"
    aria-label=${n.say(`progress.label`)}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(r*100)}
  >
    <path class="shade" fill-rule="evenodd" d=${dr} />
    <ellipse class="casing" cx=${i} cy=${a} rx=${o+Y} ry=${s+Y} />
    <ellipse class="track" cx=${i} cy=${a} rx=${o+Y} ry=${s+Y} />
    ${c} ${yr(e,t)}
  </svg>`}function yr({move:e},t){let n=t?[`left`,`right`]:[`right`,`left`];switch(e?.action){case`turn_left`:return Z(n[0]);case`turn_right`:return Z(n[1]);case`look_up`:return Z(`up`);case`look_down`:return Z(`down`);default:return E}}function Z(e){let[t,n]={left:[-55,0],right:[55,0],up:[0,-70],down:[0,70]}[e];return w`<g transform="translate(${t} ${n})"><path class="arrow ${e}" d=${pr[e]} /></g>`}function br(e){return B(e)?C`<div class="over">${q(`pause`)}</div>`:e.link===`open`?E:C`<div class="over"><span class="spinner"></span></div>`}var xr={face:`face`,blink:`eye`,turn:`turn`,moves:`moves`},Sr=3e3,Cr=7e3;function wr(e){let{state:t,speaker:n,video:r,actions:i}=e;return C`<div class="checking">
    <div class="prompt" part="instruction">
      <h2 tabindex="-1">${n.say(t.prompt.key)}</h2>
      <div class="under">${Tr(e)}</div>
    </div>
    ${mr(t,r,n)}
    <div class="wanted">${Or(t,n)} ${kr(t,n)}</div>
    <div class="foot">
      ${ur(e)}
      ${t.link===`waiting`?C`<button class="main" part="button" @click=${i.reconnect}>${n.say(`action.now`)}</button>`:E}
      <button class="plain" part="button" @click=${i.cancel}>${n.say(`action.cancel`)}</button>
    </div>
  </div>`}function Tr({state:e,speaker:t,nowMs:n}){let{prompt:r,link:i,move:a,slowSinceMs:o}=e;if(a&&i===`open`)return Dr(a,t,n);if(r.key===`prompt.obstacle.several`)return Er(e.obstacles,t);if(o!==null&&n-o>Sr)return t.say(`warning.slow`);let s=sn[r.key];return s&&n-r.sinceMs>Cr?t.say(s):E}function Er(e,t){return e.map(e=>`obstacle.${e}`).flatMap(e=>t.has(e)?[t.say(e)]:[]).join(` · `)}function Dr({index:e,total:t,startMs:n,deadlineMs:r},i,a){let o=Math.max(0,r-a),s=o/(r-n);return C`<span>${i.say(`challenge.step`,{number:e+1,total:t})}</span>
    ${Ar(`time`,`left`,s,E)}
    <span>${i.say(`challenge.seconds`,{seconds:Math.ceil(o/1e3)})}</span>`}function Or(e,t){let n=zn(e);if(n.length===0)return E;let r=n.map(({name:e,done:n,total:r,met:i})=>C`<li class=${i?`met`:``} part="step">
        ${q(i?`check`:xr[e])}<b>${t.say(`step.${e}`)}</b>
        <span>${i?t.say(`step.met`):t.say(`step.count`,{done:n,total:r})}</span>
      </li>`);return C`<ul class="steps" aria-label=${t.say(`steps.label`)}>
    ${r}
  </ul>`}function kr({sight:e,policy:t},n){if(!t)return E;let r=e?.qualityScore??0,i=t.quality_threshold,a={percent:Math.round(r*100),needed:Math.round(i*100)};return C`<div class="meter" part="quality">
    <span id="quality">${n.say(`quality.label`)}</span>
    <div
      role="meter"
      aria-labelledby="quality"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${a.percent}
      aria-valuetext=${n.say(`quality.value`,a)}
    >
      ${Ar(``,`value ${r>=i?`enough`:``}`,r,i)}
    </div>
  </div>`}function Ar(e,t,n,r){let i=r===E?E:w`<rect class="needed" x=${r*100} width="1" height="8" />`;return C`<svg class=${e} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" y="2" width="100" height="4" />
    <rect class=${t} y="2" width=${100*n} height="4" />
    ${i}
  </svg>`}var jr=[[`light`,`intro.tip.light`],[`glasses`,`intro.tip.bare`],[`person`,`intro.tip.alone`]];function Mr({speaker:e,actions:t}){let n=jr.map(([t,n])=>C`<li>${q(t)}<span>${e.say(n)}</span></li>`);return C`<div class="panel">
    ${Q(q(`face`))}
    <div class="text">
      <h2 tabindex="-1">${e.say(`intro.title`)}</h2>
      <p>${e.say(`intro.body`)}</p>
      <ul class="tips">
        ${n}
      </ul>
    </div>
    <div class="actions">${Lr(e.say(`action.start`),t.start)}</div>
  </div>`}function Nr({state:e,speaker:t,actions:n}){let r=e.phase===`opening`?`opening`:`renewing`;return C`<div class="panel">
    ${Q(r===`opening`?q(`camera`):C`<span class="spinner"></span>`)}
    ${$(t.say(`${r}.title`),t.say(`${r}.body`))}
    <div class="actions">${Rr(t.say(`action.cancel`),n.cancel)}</div>
  </div>`}function Pr({state:e,speaker:t}){let n=e.sessionType??`verification`;return C`<div class="panel good" part="done">
    ${Q(q(`check`))} ${$(t.say(`done.${n}.title`),t.say(`done.${n}.body`))}
  </div>`}function Fr({speaker:e,actions:t}){return C`<div class="panel quiet">
    ${Q(q(`cameraOff`))} ${$(e.say(`cancelled.title`),e.say(`cancelled.body`))}
    <div class="actions">${Lr(e.say(`action.retry`),t.retry)}</div>
  </div>`}function Ir(e,t){let{speaker:n,actions:r}=e,i=z[t],a=i===`none`?E:n.say(i===`again`?`action.retry`:`action.renew`);return C`<div class="panel bad" part="failure">
    ${Q(q(lr(t)))}
    ${$(n.say(`failure.${t}.title`),n.say(`failure.${t}.body`),C`<p class="code">${n.say(`failure.code`,{code:t})}</p>`)}
    <div class="actions">
      ${Gt.has(t)?ur(e):E}
      ${a===E?E:Lr(a,r.retry)}
      ${Rr(n.say(`action.cancel`),r.cancel)}
    </div>
  </div>`}function Q(e){return C`<div class="badge" part="badge">${e}</div>`}function $(e,t,n=E){return C`<div class="text">
    <h2 tabindex="-1" aria-describedby="body">${e}</h2>
    <p id="body">${t}</p>
    ${n}
  </div>`}function Lr(e,t){return C`<button class="main" part="button main-button" @click=${t}>${e}</button>`}function Rr(e,t){return C`<button class="plain" part="button" @click=${t}>${e}</button>`}function zr(e){let{phase:t,failure:n}=e.state;switch(t){case`idle`:return Mr(e);case`opening`:case`renewing`:return Nr(e);case`checking`:return wr(e);case`done`:return Pr(e);case`cancelled`:return Fr(e);case`failed`:return Ir(e,n??`server_error`)}}var Br=class extends M{static{this.styles=sr}static{this.properties={websocketUrl:{attribute:`websocket-url`},getSession:{attribute:!1},messages:{attribute:!1},deviceId:{attribute:`device-id`},facingMode:{attribute:`facing-mode`},autostart:{type:Boolean},theme:{reflect:!0},layout:{reflect:!0},lang:{reflect:!0}}}#e=new Rn({changed:(e,t)=>{this.#s(e,t)}});#t={start:()=>{this.start()},cancel:()=>{this.cancel()},retry:()=>{this.retry()},reconnect:()=>{this.#e.reconnectNow()},choose:e=>{this.#e.chooseCamera(e)}};#n=new tr(`en`);#r=N;#i=``;#a=!1;constructor(){super(),this.websocketUrl=``,this.getSession=null,this.messages={},this.deviceId=``,this.facingMode=`user`,this.autostart=!1,this.theme=`auto`,this.layout=`auto`,this.#e.video.setAttribute(`part`,`video`)}connectedCallback(){super.connectedCallback(),this.#e.attach()}disconnectedCallback(){super.disconnectedCallback(),this.#e.detach()}start(){if((this.websocketUrl===``||this.websocketUrl===this.#i)&&this.getSession){this.#e.dispatch({type:`renew`});return}let e=Xn(this.websocketUrl);this.#e.dispatch(e?{type:`start`}:{type:`failed`,code:`bad_url`})}cancel(){this.#e.dispatch({type:`cancel`})}retry(){let{phase:e}=this.#e.state;e===`cancelled`?this.start():this.#e.dispatch({type:`retry`})}willUpdate(e){let t=er([this.lang,this.closest(`[lang]`)?.getAttribute(`lang`),document.documentElement.lang,...navigator.languages]);(t!==this.#n.language||e.has(`messages`))&&(this.#n=new tr(t,this.messages)),(e.has(`deviceId`)||e.has(`facingMode`))&&(this.#e.wish={deviceId:this.deviceId||null,facingMode:this.facingMode}),this.#e.video.setAttribute(`aria-label`,this.#n.say(`preview.label`)),e.has(`websocketUrl`)&&this.websocketUrl!==``&&this.#o()}updated(){this.#a&&(this.#a=!1,this.shadowRoot?.querySelector(`h2`)?.focus({preventScroll:!0}))}render(){let{state:e,cameras:t,deviceId:n,video:r}=this.#e,i=this.#n;return C`<section
      class="card"
      part="container"
      lang=${i.language}
      dir=${i.direction}
      aria-label=${i.say(`intro.title`)}
    >
      ${zr({state:e,speaker:i,video:r,cameras:t,deviceId:n,actions:this.#t,nowMs:performance.now()})}
      <p class="spoken" role="status">${this.#r.spoken}</p>
    </section>`}#o(){if(this.websocketUrl===this.#i)return;this.#e.url=this.websocketUrl;let{phase:e}=this.#e.state,t=e===`renewing`||e===`opening`||e===`checking`;Xn(this.websocketUrl)?this.#e.dispatch({type:`session`,begin:this.autostart||t}):this.#e.dispatch({type:`failed`,code:`bad_url`})}#s(e,t){this.requestUpdate(),t.phase!==e.phase&&(this.#a=this.shadowRoot?.activeElement!=null,Vr(t)&&(this.#i=this.websocketUrl)),this.#u(e,t);for(let{name:n,detail:r}of Wn(e,t,this.#n))this.#c(n,r);t.phase===`renewing`&&e.phase!==`renewing`&&this.#l()}#c(e,t){this.dispatchEvent(new CustomEvent(e,{detail:t,bubbles:!0,composed:!0}))}async#l(){if(!this.getSession){this.#c(`frapi-retry`);return}let e=await Zn(this.getSession);this.#e.state.phase===`renewing`&&(e===null||e===this.#i?this.#e.dispatch({type:`no-session`}):this.websocketUrl=e)}#u(e,t){let n=performance.now();if(t.phase!==e.phase){let e=this.#a?null:Hr(t);this.#r=e?P(N,e.map(e=>this.#n.say(e)).join(`. `),n):N}else if(t.phase===`checking`){let{key:r}=t.prompt;this.#r=r===e.prompt.key?Ie(this.#r,n):P(this.#r,this.#n.say(r),n,t.move!==null)}}};function Vr({phase:e,failure:t}){return e===`done`||t!==null&&z[t]===`renew`}function Hr({phase:e,failure:t,sessionType:n}){switch(e){case`opening`:case`renewing`:case`cancelled`:return[`${e}.title`,`${e}.body`];case`done`:return[`done.${n??`verification`}.title`];case`failed`:return t?[`failure.${t}.title`,`failure.${t}.body`]:null;case`idle`:case`checking`:return null}}var Ur=Br;customElements.get(`frapi-face`)||customElements.define(`frapi-face`,Br);export{Ur as FrapiFace};